import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A program that runs in a process of its own. */
export interface Program {
  readonly process: ChildProcess
  /** The lines it printed so far. */
  readonly lines: string[]
  /** Its exit code, or the signal that ended it, with what it complained of. */
  readonly ended: Promise<{ readonly code: number | string; readonly complaint: string }>
}

/** Starts a program from its source. */
export function startProgram(program: URL, ...parameters: readonly string[]): Program {
  const file = fileURLToPath(program)
  const child = spawn(process.execPath, ['--conditions=@keepup/source', file, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Fifty processes read the same sources: all but the first skip their translation.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'keepup-compile-cache') },
  })
  const lines: string[] = []
  let complaint = ''
  createInterface(child.stdout).on('line', (line) => lines.push(line))
  child.stderr.on('data', (part: Buffer) => (complaint += part.toString()))
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: typeof code === 'number' ? code : String(signal),
    complaint,
  }))
  return { process: child, lines, ended }
}
