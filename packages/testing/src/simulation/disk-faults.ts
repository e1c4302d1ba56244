import { KeepupError } from '@keepup/core'

import type { Random } from './random.ts'

/** How often each fault meets a commit or a signal: probabilities. */
export interface Faults {
  /** It fails `database-full` and nothing is stored; 0.02 when left out. */
  readonly full?: number
  /** It fails `database-busy` and nothing is stored; 0.03 when left out. */
  readonly busy?: number
  /** The process crashes, just before or just after it was stored; 0.04 when left out. */
  readonly crash?: number
  /** Every process crashes, and what was not acknowledged with `flush: 'power'` may be gone; 0.03 when left out. */
  readonly power?: number
  /** How many faults there are at most, so that programs end; 8 when left out. */
  readonly atMost?: number
}

/** A fault that happened. */
export interface Fault {
  readonly kind: 'full' | 'busy' | 'crash' | 'power'
  /** Which commit or signal it met, from 1. */
  readonly write: number
  readonly moment: 'before' | 'after'
}

/** Decides what meets each write. */
export interface DiskFaults {
  /** What meets the next write. */
  next(): Fault | undefined
  readonly happened: readonly Fault[]
  /** No further faults from now on. */
  stop(): void
}

/** Draws faults by chance. */
export function drawDiskFaults(random: Random, faults: Faults): DiskFaults {
  const { full = 0.02, busy = 0.03, crash = 0.04, power = 0.03, atMost = 8 } = faults
  const rates: readonly (readonly [Fault['kind'], number])[] = [
    ['full', full],
    ['busy', busy],
    ['crash', crash],
    ['power', power],
  ]
  const happened: Fault[] = []
  let write = 0
  let stopped = false
  return {
    happened,
    stop: () => {
      stopped = true
    },
    next: () => {
      write += 1
      const kind = drawn(rates, random.next())
      const late = random.chance(0.5)
      if (kind === undefined || stopped || happened.length >= atMost) return undefined
      const stores = kind === 'crash' || kind === 'power'
      const fault: Fault = { kind, write, moment: stores && late ? 'after' : 'before' }
      happened.push(fault)
      return fault
    },
  }
}

function drawn(
  rates: readonly (readonly [Fault['kind'], number])[],
  chance: number,
): Fault['kind'] | undefined {
  let left = chance
  for (const [kind, rate] of rates) {
    left -= rate
    if (left < 0) return kind
  }
  return undefined
}

/** What a write meets on a disk that is full or busy. */
export function diskError(kind: 'full' | 'busy'): KeepupError {
  return kind === 'full'
    ? new KeepupError(
        'database-full',
        'The simulated disk is full and nothing was stored. Free some space and try again.',
      )
    : new KeepupError('database-busy', 'The simulated database is busy and nothing was stored. Try again.')
}
