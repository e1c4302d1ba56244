import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { type AgentEvent, type DurableEvent, isLive } from '@keepup/core'

import { parseEvents } from '../start-keepup.ts'

/** When a process is killed: at a failpoint, by itself; or from outside, so long after it printed so many lines. */
export type Kill =
  | { readonly failpoint: string; readonly hit: number }
  | { readonly lines: number; readonly delay: number }

/** What became of one process. */
export interface Attempt {
  readonly code: number | null
  readonly killed: boolean
  /** The entries that its reader had read, whole lines only. */
  readonly read: readonly DurableEvent[]
  readonly streamed: boolean
  readonly stderr: string
}

const failpoints = fileURLToPath(import.meta.resolve('@keepup/testing/failpoints'))

/** Runs a Node program that prints events as lines of JSON, and kills it when it is time. */
export async function attempt(
  program: readonly string[],
  { home, kill }: { readonly home: string; readonly kill: Kill | undefined },
): Promise<Attempt> {
  const struck = kill !== undefined && 'failpoint' in kill ? kill : undefined
  const guard = struck === undefined ? [] : ['--conditions=@keepup/source', '--import', failpoints]
  const child = spawn(process.execPath, [...guard, ...program], {
    cwd: home,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      // So few that a run of three turns writes some.
      KEEPUP_SNAPSHOT_AFTER: '8',
      ...(struck === undefined ? {} : { KEEPUP_FAILPOINT: `${struck.failpoint}:${struck.hit}` }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('close', (code, signal) => resolve([code, signal]))
  })
  const events: AgentEvent[] = []
  const reading = (async () => {
    let lines = 0
    if (kill !== undefined && 'lines' in kill && kill.lines === 0) void killAfter(kill.delay)
    for await (const line of createInterface({ input: child.stdout })) {
      events.push(...parseEvents(line))
      lines += 1
      if (kill !== undefined && 'lines' in kill && lines === kill.lines) void killAfter(kill.delay)
    }
  })()
  async function killAfter(delay: number): Promise<void> {
    await sleep(delay)
    child.kill('SIGKILL')
  }
  const [[code, signal], stderr] = await Promise.all([closed, text(child.stderr), reading])
  return {
    code,
    killed: signal === 'SIGKILL',
    read: events.filter((event): event is DurableEvent => !isLive(event)),
    streamed: events.some(isLive),
    stderr,
  }
}
