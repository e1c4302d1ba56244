import type { Milliseconds } from '@keepup/core'

/** How patient a queue is. Every process on one queue must be given the same. */
export interface QueueSettings {
  /** How long a claim outlives a worker that does not extend it; 10,000 when left out. */
  readonly patience?: Milliseconds
  /** After so many attempts a job is dead; 10 when left out. */
  readonly attempts?: number
  /** How long a job waits after its first failed attempt, twice as long after each further one, five minutes at most; 1,000 when left out. */
  readonly pause?: Milliseconds
}

/** Patience, attempts and pause, none left out. */
export type WholeSettings = Required<QueueSettings>

/** The settings with what was left out. */
export function wholeSettings({
  patience = 10_000,
  attempts = 10,
  pause = 1_000,
}: QueueSettings): WholeSettings {
  return { patience, attempts, pause }
}

const longestPause: Milliseconds = 300_000

/** How long a job waits after an attempt that failed; attempts count from 1. */
export function pauseAfter({ pause }: WholeSettings, attempt: number): Milliseconds {
  return Math.min(pause * 2 ** Math.min(attempt - 1, 20), longestPause)
}
