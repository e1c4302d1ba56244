import { randomUUID } from 'node:crypto'

import { currentOwner } from '@keepup/checkpoint'
import { type Milliseconds, systemClock } from '@keepup/core'

import type { WorkerFacts } from '../run-queue.ts'
import { heedTrouble } from './heed-trouble.ts'
import { createHolding } from './holding.ts'
import { createNudge } from './nudge.ts'
import { createSweeper } from './sweeper.ts'
import type { WholeParts, WorkerParts } from './worker-parts.ts'

/** Takes threads from a queue and runs them. */
export interface Worker {
  readonly facts: WorkerFacts
  /** How many threads it runs now. */
  readonly running: number
  /**
   * Works until the signal is aborted; then it claims nothing more, gives its runs the grace to end, hands over what is left, and resolves once every claim is settled.
   * A run whose claim is lost is handed over as well. Rejects only where it could not begin.
   */
  work(signal: AbortSignal): Promise<void>
}

/** Every so often the sweeper looks at all threads, not at the recent ones alone. */
const wholeSweeps = 15

/** Makes a worker; it does nothing before `work`. */
export function createWorker(given: WorkerParts): Worker {
  const parts = wholeParts(given)
  const { queue, facts, clock } = parts
  const nudge = createNudge()
  const holding = createHolding(parts, nudge.ring)

  return {
    facts,
    get running() {
      return holding.running.size
    },
    async work(signal) {
      const over = new AbortController()
      const stop = queue.listen(nudge.ring)
      signal.addEventListener('abort', nudge.ring, { once: true })
      const beating = repeat(parts, over.signal, parts.beat, holding.extend)
      const sweeping = repeat(parts, AbortSignal.any([signal, over.signal]), parts.sweep, sweepWith(parts))
      try {
        while (!signal.aborted) {
          await heedTrouble(parts, holding.take)
          if (!signal.aborted) await nudge.wait((stopped) => clock.sleep(parts.poll, stopped))
        }
        await holding.drain()
      } finally {
        signal.removeEventListener('abort', nudge.ring)
        stop()
        over.abort()
        await Promise.all([beating, sweeping])
        await heedTrouble(parts, () => queue.leave(facts))
      }
    },
  }
}

function sweepWith(parts: WholeParts): () => Promise<void> {
  const sweeper = createSweeper(parts)
  let count = 0
  return async () => {
    const found = await sweeper.sweep(count % wholeSweeps === 0 ? 'all' : 'recent')
    count += 1
    if (found.length > 0) parts.tell({ type: 'found', threads: found.map(({ thread }) => thread) })
  }
}

/** Does something now and then until it is aborted. */
async function repeat(
  parts: WholeParts,
  until: AbortSignal,
  every: Milliseconds,
  body: () => Promise<void>,
): Promise<void> {
  if (every === Infinity) return
  while (!until.aborted) {
    await heedTrouble(parts, body)
    await parts.clock.sleep(every, until).catch(() => undefined)
  }
}

function wholeParts(given: WorkerParts): WholeParts {
  const { id = randomUUID(), version = 1, ...parts } = given
  return {
    concurrency: 4,
    clock: systemClock,
    poll: 1_000,
    beat: 3_000,
    sweep: 2_000,
    grace: 10_000,
    tell: () => undefined,
    ...parts,
    facts: { id, version, owner: currentOwner(id) },
  }
}
