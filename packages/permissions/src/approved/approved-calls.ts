import { hash, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { type Clock, type NewId, systemClock } from '@keepup/core'
import { realPath } from '@keepup/shell'

import { type ApprovedCall, fingerprint } from './approved-call.ts'
import { orUnwritable, readApprovedFile, writeApprovedFile } from './approved-file.ts'
import { withLock } from './file-lock.ts'
import { projectFolder } from './project-folder.ts'

/** The calls of one project that a person allowed for good, in a file that people can read. */
export interface ApprovedCalls {
  readonly path: string
  /** The real path of the project. */
  readonly project: string
  /**
   * Everything that is allowed for good. Nothing where the folder is another than it was, though at the same path.
   *
   * @throws KeepupError `configuration-invalid`, where the file is malformed, cannot be read or others may write it.
   */
  list(): readonly ApprovedCall[]
  /**
   * Keeps one, once: the same call again gives the one that is there. Safe beside other processes; durable when it resolves.
   *
   * @throws KeepupError `configuration-invalid`, where the file cannot be read or written: then it is as it was.
   */
  add(call: Omit<ApprovedCall, 'id' | 'time'>): Promise<ApprovedCall>
  /** Forgets one; false where there is none of that id. */
  forget(id: string): Promise<boolean>
}

/** Where the approved calls of projects lie. */
export interface ApprovedCallsOptions {
  /** The folder of the user's configuration: `~/.config/keepup`. */
  readonly folder: string
  /** The project. Two ways to one folder are one project. */
  readonly root: string
  readonly clock?: Clock
  readonly newId?: NewId
}

/** Opens the calls that were allowed for good in a project; nothing is made before one is added. */
export function approvedCalls({
  folder,
  root,
  clock = systemClock,
  newId = shortId,
}: ApprovedCallsOptions): ApprovedCalls {
  const project = projectFolder(realPath(root))
  const path = join(folder, 'projects', hash('sha256', project.path).slice(0, 32), 'permissions.json')
  return {
    path,
    project: project.path,
    list: () => readApprovedFile(path, project),
    add: (call) =>
      withFile(path, clock, () => {
        const known = readApprovedFile(path, project)
        const key = fingerprint(call, project.path)
        const same = known.find((other) => fingerprint(other, project.path) === key)
        if (same !== undefined) return same
        const { tool, input, effects, by } = call
        const time = new Date(clock.now()).toISOString()
        const where = call.folder === undefined ? {} : { folder: call.folder }
        const added = { id: newId(), tool, input, effects, ...where, time, by }
        writeApprovedFile(path, project, [...known, added])
        return added
      }),
    forget: async (id) =>
      readApprovedFile(path, project).some((call) => call.id === id) &&
      withFile(path, clock, () => {
        const known = readApprovedFile(path, project)
        const left = known.filter((call) => call.id !== id)
        if (left.length < known.length) writeApprovedFile(path, project, left)
        return left.length < known.length
      }),
  }
}

function shortId(): string {
  return randomUUID().slice(0, 8)
}

function withFile<Result>(path: string, clock: Clock, act: () => Result): Promise<Result> {
  return orUnwritable(path, async () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    return withLock(path, clock, act)
  })
}
