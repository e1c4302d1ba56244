import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

import type { AgentEvent } from '@keepup/core'

import type { Environment, Self } from '../host.ts'

/** Another process of this program, seen through its lines of JSON. */
export interface WatchedRun {
  readonly process: number
  /** Ends it as `kill -9` does: it gets no chance to do anything. */
  kill(): void
}

/** How a watched process ended. */
export interface WatchedEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What it said to people. */
  readonly notes: string
}

/** Starts this program again with `--json` and hands on its events as they arrive. Resolves once it ended, however it did. */
export async function watchRun(
  self: Self,
  words: readonly string[],
  environment: Environment,
  onEvent: (event: AgentEvent, run: WatchedRun) => Promise<void>,
): Promise<WatchedEnd> {
  const child = spawn(self.executable, [...self.arguments, ...words, '--json'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const run: WatchedRun = { process: child.pid ?? 0, kill: () => child.kill('SIGKILL') }
  const ended = new Promise<Omit<WatchedEnd, 'notes'>>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  const [notes] = await Promise.all([
    text(child.stderr),
    (async () => {
      for await (const line of createInterface({ input: child.stdout })) {
        const event = parseEvent(line)
        if (event !== undefined) await onEvent(event, run)
      }
    })(),
  ])
  return { ...(await ended), notes }
}

/** A line of JSON, or nothing where a kill cut it in the middle. */
function parseEvent(line: string): AgentEvent | undefined {
  try {
    // The other process is this program: its lines are events.
    return JSON.parse(line) as AgentEvent
  } catch {
    return undefined
  }
}
