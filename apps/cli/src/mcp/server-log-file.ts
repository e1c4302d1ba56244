import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Keeps the last lines that a server wrote, in place of those of the last time. Does nothing where it wrote none, or they cannot be kept. */
export function keepServerLog(folder: string, server: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(logFile(folder, server), `${lines.join('\n')}\n`, { mode: 0o600 })
  } catch {
    // A log that cannot be kept must not end a run.
  }
}

/** The lines that a server wrote the last time it was used; `undefined` where none were kept. */
export function readServerLog(folder: string, server: string): readonly string[] | undefined {
  try {
    return readFileSync(logFile(folder, server), 'utf8').trimEnd().split('\n')
  } catch {
    return undefined
  }
}

/** Names of servers are any text, and two must not share a file. */
function logFile(folder: string, server: string): string {
  const name = server.replaceAll(/[^\w-]/g, '_').slice(0, 40)
  return join(folder, `${name}-${createHash('sha256').update(server).digest('hex').slice(0, 12)}.log`)
}
