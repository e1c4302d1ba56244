import { KeepupError } from '@keepup/core'
import type { GitWorkspace } from '@keepup/workspace'

import type { CommandLine } from '../command-line.ts'
import { openFiles } from '../running/project-files.ts'
import type { Store } from '../store.ts'
import { workingFolder } from '../working-folder.ts'

/** The snapshots of the folder that an agent worked in: the one that `--cwd` names, else this one. */
export function openKeptFiles(
  { host }: CommandLine,
  store: Store,
  cwd: string | undefined,
): Promise<GitWorkspace> {
  return openFiles(workingFolder(host, cwd), host.environment, store.path)
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
