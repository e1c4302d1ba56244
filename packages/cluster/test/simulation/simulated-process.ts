import { type Clock, KeepupError, type Milliseconds } from '@keepup/core'
import type { Random, Simulation } from '@keepup/testing/simulation'

import { allOf } from '../all-of.ts'

/** A process of a simulated worker: what it does goes through here, so that it can be killed, stopped, and cut off from what it asks. */
export interface SimulatedProcess {
  /** As its machine has it, which may be wrong. */
  readonly clock: Clock
  readonly isDead: boolean
  /** Asks a server: the question takes time, and it or its answer may be lost. Never answers a process that is dead. */
  ask<T>(question: () => Promise<T>): Promise<T>
  /** What a server gives one after the other. */
  askForAll<T>(question: () => AsyncIterable<T>): AsyncIterable<T>
  /** Nothing of it happens any more. */
  kill(): void
  /** Nothing of it happens for a while. */
  stop(duration: Milliseconds): void
}

/** How such a process fares. */
export interface ProcessFate {
  /** How far its clock is off. */
  readonly skew: Milliseconds
  /** How probable it is that a question is lost, and how probable that its answer is. */
  readonly lost: number
}

/** Makes one that lives. */
export function createProcess(
  { clock }: Pick<Simulation, 'clock'>,
  random: Random,
  { skew, lost }: ProcessFate,
): SimulatedProcess {
  let isDead = false
  let goesOn: Promise<void> | undefined
  const never = new Promise<never>(() => undefined)
  async function alive(): Promise<void> {
    await goesOn
    if (goesOn !== undefined) await alive()
    if (isDead) await never
  }
  function mayBeLost(): void {
    if (random.chance(lost)) throw new KeepupError('database-unavailable', 'The connection broke. Try again.')
  }
  /** A question that was sent arrives, whatever becomes of its sender. */
  async function ask<T>(question: () => Promise<T>): Promise<T> {
    await alive()
    mayBeLost()
    await clock.sleep(1 + random.below(20))
    try {
      const answer = await question()
      mayBeLost()
      return answer
    } finally {
      await alive()
    }
  }
  return {
    clock: {
      now: () => clock.now() + skew,
      async sleep(duration, signal) {
        try {
          await clock.sleep(duration, signal)
        } finally {
          await alive()
        }
      },
    },
    get isDead() {
      return isDead
    },
    ask,
    async *askForAll(question) {
      const all = await ask(() => allOf(question()))
      yield* all
    },
    kill: () => {
      isDead = true
    },
    stop: (duration) => {
      goesOn ??= clock.sleep(duration).finally(() => (goesOn = undefined))
    },
  }
}
