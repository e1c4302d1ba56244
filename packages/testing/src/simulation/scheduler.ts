import type { Milliseconds } from '@keepup/core'

import type { Random } from './random.ts'
import { createSleepers } from './sleepers.ts'

/** Decides what goes on next. Everything that waits for a turn or for time waits here, and is resumed in an order that the seed decides. */
export interface Scheduler {
  /** Virtual time since the start. */
  elapsed(): Milliseconds
  /** Waits until it is this task's turn. */
  turn(): Promise<void>
  /** Waits until so much virtual time has passed, and then for a turn. */
  sleep(duration: Milliseconds, signal?: AbortSignal): Promise<void>
  /** Runs a body and everything that waits here until the body ends. Fails where nothing can go on. */
  run<T>(body: () => Promise<T>): Promise<T>
}

/** How long a simulation may take. */
export interface SchedulerLimits {
  /** Turns given; 200,000 when left out. */
  readonly steps?: number
  /** Real time in which nothing simulated goes on: then something waits for what is not simulated. 5,000 when left out. */
  readonly stall?: Milliseconds
}

/** Makes a scheduler. */
export function createScheduler(random: Random, limits: SchedulerLimits = {}): Scheduler {
  const ready: (() => void)[] = []
  const sleepers = createSleepers()
  let time = 0

  const turn = (): Promise<void> => new Promise((resolve) => void ready.push(resolve))

  function sleep(duration: Milliseconds, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(reasonOf(signal))
        return
      }
      const sleeper = { until: time + Math.max(duration, 0), wake }
      sleepers.add(sleeper)
      signal?.addEventListener('abort', abort, { once: true })
      function wake(): void {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      function abort(): void {
        sleepers.delete(sleeper)
        if (signal) reject(reasonOf(signal))
      }
    })
  }

  /** Resumes one task, or lets time pass to the next sleeper. False where nothing waits. */
  function step(): boolean {
    if (ready.length === 0) {
      const due = sleepers.takeEarliest()
      if (due.length === 0) return false
      time = due[0]?.until ?? time
      ready.push(...due.map(({ wake }) => wake))
    }
    ready.splice(random.below(ready.length), 1)[0]?.()
    return true
  }

  async function run<T>(body: () => Promise<T>): Promise<T> {
    let ended = false
    const running = body().finally(() => {
      ended = true
    })
    running.catch(() => undefined)
    await pump(step, () => ended, limits)
    return running
  }

  return { elapsed: () => time, turn, sleep, run }
}

async function pump(step: () => boolean, ended: () => boolean, limits: SchedulerLimits): Promise<void> {
  const { steps = 200_000, stall = 5_000 } = limits
  let idle = 0
  for (let count = 0; !ended();) {
    await quiet()
    if (ended()) return
    if (step()) {
      count += 1
      idle = 0
      if (count > steps)
        throw new Error(`The simulation did not end within ${steps} steps: something goes round in circles.`)
      continue
    }
    idle += 1
    if (idle > stall)
      throw new Error(
        `The simulation stalled: its body waits for something that is not simulated, or for ever.`,
      )
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** Resolves once everything that could go on by itself has done so: two rounds of the event loop. */
async function quiet(): Promise<void> {
  for (let round = 0; round < 2; round++) await new Promise((resolve) => setImmediate(resolve))
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  return reason instanceof Error ? reason : new DOMException('The sleep was aborted', 'AbortError')
}
