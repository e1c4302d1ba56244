import { hash, randomUUID } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

import { type Clock, type NewId, systemClock } from '@keepup/core'

import { invalidRules } from '../invalid-rules.ts'
import { parseJson } from '../parse-json.ts'
import { realPath } from '../real-path.ts'
import { type ApprovedCall, fingerprint, leavesOf } from './approved-call.ts'
import { codeOf, withLock } from './file-lock.ts'
import { readApproved } from './read-approved.ts'

/** The calls of one project that a person allowed for good, in a file that people can read. */
export interface ApprovedCalls {
  readonly path: string
  /**
   * Everything that is allowed for good.
   *
   * @throws KeepupError `configuration-invalid`, where the file is malformed or others may write it.
   */
  list(): readonly ApprovedCall[]
  /** Keeps one, once: the same call again gives the one that is there. Safe beside other processes; durable when it resolves. */
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
  const project = realPath(root)
  const path = join(folder, 'projects', hash('sha256', project).slice(0, 32), 'permissions.json')
  return {
    path,
    list: () => readFile(path),
    add: (call) =>
      withFile(path, clock, () => {
        const known = readFile(path)
        const same = known.find((other) => keyOf(other) === keyOf(call))
        if (same !== undefined) return same
        const { tool, input, effects, by } = call
        const added = { id: newId(), tool, input, effects, time: new Date(clock.now()).toISOString(), by }
        writeFile(path, project, [...known, added])
        return added
      }),
    forget: async (id) =>
      readFile(path).some((call) => call.id === id) &&
      withFile(path, clock, () => {
        const known = readFile(path)
        const left = known.filter((call) => call.id !== id)
        if (left.length < known.length) writeFile(path, project, left)
        return left.length < known.length
      }),
  }
}

function shortId(): string {
  return randomUUID().slice(0, 8)
}

function keyOf({ tool, input, effects }: Pick<ApprovedCall, 'tool' | 'input' | 'effects'>): string {
  return fingerprint(tool, leavesOf(input), effects)
}

function withFile<Result>(path: string, clock: Clock, act: () => Result): Promise<Result> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  return withLock(path, clock, act)
}

function readFile(path: string): readonly ApprovedCall[] {
  let text: string
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o022) !== 0) {
      throw invalidRules(path, 'may be written by others', `make it yours alone: chmod 600 '${path}'`)
    }
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw error
  }
  return readApproved(parseJson(text, path), path)
}

/** Writes beside and renames, so that the file is the old or the new one whatever happens. */
function writeFile(path: string, project: string, approved: readonly ApprovedCall[]): void {
  const beside = `${path}.${randomUUID()}`
  const file = openSync(beside, 'wx', 0o600)
  try {
    writeSync(file, `${JSON.stringify({ project, approved }, undefined, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(beside, path)
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
