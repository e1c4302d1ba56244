import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Milliseconds, ThreadId } from '@keepup/core'

import { linuxProcess } from '../linux-processes.ts'

/** How a command in the background ended. */
export interface BackgroundEnd {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
  readonly stopped?: 'killed' | 'timed-out' | 'closed'
  /** What its sandbox, or the keeper of its output, has to say. */
  readonly notes: readonly string[]
}

/** What is written down of a command in the background, for those who ask after the program that ran it has ended. */
export interface CommandRecord {
  readonly id: string
  readonly thread: ThreadId
  readonly command: string
  readonly folder: string
  /** The program that runs it. */
  readonly host: { readonly pid: number; readonly started?: string }
  readonly end?: BackgroundEnd
}

/** How long records and outputs are kept: 7 days. */
const lifetime: Milliseconds = 7 * 24 * 3_600_000

/** Writes a record, whole or not at all. */
export async function writeRecord(folder: string, record: CommandRecord): Promise<void> {
  const path = recordPath(folder, record.id)
  await writeFile(`${path}.new`, JSON.stringify(record), { mode: 0o600 })
  await rename(`${path}.new`, path)
}

/** The record of a command; `undefined` where there is none that can be read. */
export async function readRecord(folder: string, id: string): Promise<CommandRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(recordPath(folder, id), 'utf8'))
    return isRecord(record) && record.id === id ? record : undefined
  } catch {
    return undefined
  }
}

/** Whether the program that runs a command still does, as far as this system tells. */
export function hostLives({ host }: CommandRecord): boolean {
  if (process.platform === 'linux') {
    const found = linuxProcess(host.pid)
    return found !== undefined && !found.ended && found.started === host.started
  }
  try {
    process.kill(host.pid, 0)
    return true
  } catch {
    return false
  }
}

/** This program, as records name it. */
export function thisHost(): CommandRecord['host'] {
  const started = process.platform === 'linux' ? linuxProcess(process.pid)?.started : undefined
  return started === undefined ? { pid: process.pid } : { pid: process.pid, started }
}

/** What is kept of commands: the folder may hold other files, which are not ours to remove. */
const ours = /^cmd-[0-9a-f]{12}\.(?:json|json\.new|\d+\.out)$/

/** Removes what is older than a week of records and outputs. Never rejects. */
export async function removeOldRecords(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((each) => ours.test(each))) {
    const path = join(folder, name)
    const changed = (await stat(path).catch(() => undefined))?.mtimeMs ?? now
    if (now - changed > lifetime) await rm(path, { force: true }).catch(() => {})
  }
}

function recordPath(folder: string, id: string): string {
  return join(folder, `${id}.json`)
}

function isRecord(value: unknown): value is CommandRecord {
  if (!isObject(value)) return false
  const { id, thread, command, folder, host, end } = value
  const named = [id, thread, command, folder].every((text) => typeof text === 'string')
  return named && isObject(host) && typeof host['pid'] === 'number' && (end === undefined || isEnd(end))
}

function isEnd(value: unknown): boolean {
  return isObject(value) && 'code' in value && 'signal' in value && Array.isArray(value['notes'])
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
