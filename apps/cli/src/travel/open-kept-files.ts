import { KeepupError, type Workspace } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { openFiles } from '../running/project-files.ts'
import { workingFolder } from '../working-folder.ts'

/** The snapshots of the folder that an agent worked in: the one that `--cwd` names, else this one. */
export function openKeptFiles({ host }: CommandLine, cwd: string | undefined): Promise<Workspace> {
  return openFiles(workingFolder(host, cwd), host.environment)
}

/** Does something with a snapshot. Where the folder has none of that name, the error says that it may be another folder's. */
export async function withSnapshot<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!KeepupError.is(error, 'checkpoint-unknown') || !error.message.includes('no snapshot')) throw error
    const fix = 'name the folder that the agent worked in with --cwd'
    throw new KeepupError(error.code, 'the files of that position were kept for another folder', {
      cause: error,
      details: { ...error.details, fix },
    })
  }
}
