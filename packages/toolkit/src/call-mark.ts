import { closeSync, openSync, readFileSync, readlinkSync, readSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { CallKey } from '@keepup/core'

import { callVariable } from './call-variable.ts'
import { hasVariable } from './linux-processes.ts'

/** The descriptor that every process of a call inherits: above those that shells let scripts use. */
export const markDescriptor = 10

/** An open file that every descendant inherits, named for the call although the name is gone. */
export interface CallMark {
  /** What it was called before its name was taken away. */
  readonly name: string
  readonly descriptor: number
  /** What was written into it, at most 4 KiB: by the call's shell, or by whatever it started. */
  read(): string
  /** Idempotent. */
  close(): void
}

/** Opens the mark of a call; `undefined` where no file can be made. */
export function openMark(key: CallKey): CallMark | undefined {
  const path = join(tmpdir(), nameOf(key))
  try {
    const descriptor = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
    return markOver(descriptor, nameOf(key))
  } catch {
    return undefined
  }
}

function markOver(descriptor: number, name: string): CallMark {
  let open = true
  return {
    name,
    descriptor,
    read() {
      const bytes = Buffer.alloc(4_096)
      return open ? bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, 0)) : ''
    },
    close() {
      if (open) closeSync(descriptor)
      open = false
    },
  }
}

/**
 * Whether a process certainly belongs to a call (Linux): by the variable that it was started with, or by the open file that it inherited although it
 * cleared its environment.
 */
export function isMarked(pid: number, key: CallKey): boolean {
  return hasVariable(pid, `${callVariable}=${key}`) || markOf(pid)?.includes(nameOf(key)) === true
}

/** Whether a process carries the certain mark of any call. */
export function isMarkedAtAll(pid: number): boolean {
  return hasVariable(pid, callVariable, 'name') || markOf(pid)?.includes(prefix) === true
}

/**
 * What a process of a call is told to dump of its memory if it crashes (core(5)): the kinds of memory that programs hardly have, chosen by the key. Children
 * inherit it through whatever they do, clearing their environment and closing their files included. One call in seven has the same.
 */
export function dumpFilterOf(key: CallKey): string | undefined {
  const own = dumpFilter(process.pid)
  return own === undefined ? undefined : `0x${((own & ~choosable) | chosenBits(key)).toString(16)}`
}

/** Whether a process has the dump filter of a call: it may belong to it, no more. */
export function mayBelong(pid: number, key: CallKey): boolean {
  const filter = dumpFilter(pid)
  return filter !== undefined && (filter & choosable) === chosenBits(key)
}

const prefix = 'keepup-call-'
/** Shared huge pages, private and shared pages of persistent memory. */
const choosable = 0b1_1100_0000

function nameOf(key: CallKey): string {
  return `${prefix}${key.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 40)}`
}

function chosenBits(key: CallKey): number {
  let sum = 0
  for (const character of key) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 7
  return (sum + 1) << 6
}

function markOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/${markDescriptor}`)
  } catch {
    return undefined
  }
}

function dumpFilter(pid: number): number | undefined {
  try {
    const filter = Number.parseInt(readFileSync(`/proc/${pid}/coredump_filter`, 'latin1'), 16)
    return Number.isNaN(filter) ? undefined : filter
  } catch {
    return undefined
  }
}
