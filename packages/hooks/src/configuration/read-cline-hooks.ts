import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs'
import { extname, join } from 'node:path'

import type { CommandHook, HookHandler } from '../command-hook.ts'
import { cline } from '../dialect/cline.ts'
import type { HookConfiguration, ReadOptions } from './hook-configuration.ts'

const timeout = 120_000

/** What runs a file of that ending where its first line does not say. */
const interpreters: Readonly<Record<string, readonly string[]>> = {
  '': ['bash'],
  '.sh': ['bash'],
  '.bash': ['bash'],
  '.zsh': ['bash'],
  '.js': ['node'],
  '.mjs': ['node'],
  '.cjs': ['node'],
  '.ts': ['node'],
  '.mts': ['node'],
  '.cts': ['node'],
  '.py': ['python3'],
  '.ps1': ['pwsh', '-File'],
}

/**
 * Reads a folder of Cline's hooks: each file that is named for a moment, `PreToolUse` or `PreToolUse.py`, is one. A comment line `onFailure: continue` among the first
 * of a file lets calls pass when it fails. A folder that is not there has none.
 */
export function readClineHooks(folder: string, { source = folder }: ReadOptions = {}): HookConfiguration {
  const warnings: string[] = []
  const hooks = filesOf(folder).flatMap((file): readonly CommandHook[] => {
    const event = momentOf(file)
    if (event === undefined) return []
    const path = join(folder, file)
    const head = headOf(path)
    const made = { name: `${event} (${join(source, file)})`, dialect: 'cline', event, timeout } as const
    return [{ ...made, handler: handlerOf(path, head), onFailure: lax.test(head) ? 'continue' : 'block' }]
  })
  return { hooks, warnings }
}

const lax = /^\s*(?:#|\/\/|--|;)\s*onFailure:\s*continue\s*$/m

/** Several files of one moment run in the order of their names. */
function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch {
    return []
  }
}

function momentOf(file: string): string | undefined {
  const ending = extname(file)
  if (!Object.hasOwn(interpreters, ending.toLowerCase())) return undefined
  const bare = file.slice(0, file.length - ending.length).toLowerCase()
  return Object.keys(cline.moments).find((name) => name.toLowerCase() === bare)
}

function handlerOf(path: string, head: string): HookHandler {
  const [, named] = /^#!\s*(.+)/.exec(head) ?? []
  const words = named?.trim().split(/\s+/) ?? interpreters[extname(path).toLowerCase()] ?? ['bash']
  const [program = 'bash', ...options] = words
  return { type: 'program', program, arguments: [...options, path] }
}

/** The beginning of a file; nothing of what cannot be read, which fails when it is run. */
function headOf(path: string): string {
  try {
    // Opening a pipe would wait for whoever writes into it.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const bytes = Buffer.alloc(1024)
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0))
    } finally {
      closeSync(file)
    }
  } catch {
    return ''
  }
}
