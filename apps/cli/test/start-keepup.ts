import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import type { AgentEvent } from '@keepup/core'

/** How the program is started in tests: from its sources, unless KEEPUP_MAIN names a built one. */
export const program: readonly string[] =
  process.env['KEEPUP_MAIN'] === undefined
    ? ['--conditions=@keepup/source', join(import.meta.dirname, '../src/main.ts')]
    : [process.env['KEEPUP_MAIN']]

/** A finished process of the program. */
export interface Ran {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** Its lines of JSON. */
  readonly events: readonly AgentEvent[]
}

/** A process of the program that may still run. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
}

/** How to start the program. */
export interface StartOptions {
  readonly home: string
  readonly cwd?: string
  /** What is piped in; nothing when left out. */
  readonly input?: string
  readonly variables?: Readonly<Record<string, string>>
  /** Options of Node before the program. */
  readonly node?: readonly string[]
  /** Permissions hold for it, also where root runs the tests. */
  readonly obedient?: boolean
}

/** Starts the program in a process of its own, with an empty home and nothing else of the environment but the path. */
export function startKeepup(
  words: readonly string[],
  { home, cwd, input, variables, node = [], obedient }: StartOptions,
): Running {
  // Without this capability root must ask for leave like everybody.
  const drop = obedient && process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override'] : []
  const [command = '', ...rest] = [...drop, process.execPath, ...node, ...program, ...words]
  const child = spawn(command, rest, {
    cwd: cwd ?? home,
    env: { PATH: process.env['PATH'], HOME: home, ...variables },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  const { stdin, stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('both outputs are pipes')
  stdin?.end(input)
  const closed = new Promise<Pick<Ran, 'code' | 'signal'>>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  const ended = Promise.all([closed, text(stdout), text(stderr)]).then(([end, output, notes]) => ({
    ...end,
    stdout: output,
    stderr: notes,
    events: parseEvents(output),
  }))
  return { child, ended }
}

/** Runs the program to its end. */
export function keepup(words: readonly string[], options: StartOptions): Promise<Ran> {
  return startKeepup(words, options).ended
}

/** The lines that are JSON; one that a kill cut is left out. */
export function parseEvents(stdout: string): readonly AgentEvent[] {
  return stdout.split('\n').flatMap((line) => {
    try {
      return line.startsWith('{') ? [JSON.parse(line) as AgentEvent] : [] // the program's own lines
    } catch {
      return []
    }
  })
}
