import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'

import type { Finding } from '../commands/finding.ts'
import type { Host } from '../host.ts'
import { isDatabaseAddress } from '../settings/database-address.ts'

/** Below this much a store that grows may not be able to write any more. In bytes. */
const little = 200_000_000

/** Whether there is room where the store lies. Says nothing of a server. */
export function lookAtDisk(store: string): readonly Finding[] {
  if (isDatabaseAddress(store)) return []
  const found = freeSpace(dirname(store))
  if (found === undefined) return []
  const { free, folder } = found
  const text = `${readable(free)} free at ${folder}`
  if (free >= little) return [{ check: 'disk', state: 'good', text }]
  const fix =
    'free some space, or keep the store elsewhere with --store FILE; what a store need not keep: keepup store prune'
  return [{ check: 'disk', state: free < little / 20 ? 'broken' : 'missing', text: `only ${text}`, fix }]
}

/** Of the nearest folder that is there. */
function freeSpace(folder: string): { readonly free: number; readonly folder: string } | undefined {
  for (let current = folder; ; current = dirname(current)) {
    try {
      const { bavail, bsize } = statfsSync(current)
      return { free: bavail * bsize, folder: current }
    } catch {
      if (dirname(current) === current) return undefined
    }
  }
}

function readable(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(0)} MB`
}

/** What the terminal can show, and what keeps it from more. */
export function lookAtTerminal({ stdout, environment }: Host): Finding {
  const check = 'terminal'
  if (stdout.isTTY !== true) return { check, state: 'note', text: 'none: output goes to a file or a program' }
  const { TERM: kind = '', LC_ALL, LC_CTYPE, LANG } = environment
  const locale = LC_ALL ?? LC_CTYPE ?? LANG ?? ''
  const size = stdout.columns === undefined ? 'of unknown width' : `${stdout.columns} columns`
  if (kind === 'dumb' || kind === '') {
    const fix = 'set TERM to what it is, for instance xterm-256color'
    return {
      check,
      state: 'missing',
      text: `${size}, TERM is "${kind}": no colours, nothing is drawn anew`,
      fix,
    }
  }
  if (locale !== '' && !/utf-?8/i.test(locale)) {
    const fix = 'set LANG to a locale with UTF-8, for instance C.UTF-8'
    return { check, state: 'missing', text: `${size}, the locale ${locale} may show signs wrongly`, fix }
  }
  return { check, state: 'good', text: `${size}, ${kind}` }
}
