import { randomUUID } from 'node:crypto'

import { currentOwner } from '@keepup/checkpoint'
import { type Milliseconds, systemClock } from '@keepup/core'

import type { Claim, WorkerFacts } from '../run-queue.ts'
import { handedOver } from '../thread/wanted.ts'
import { createNudge } from './nudge.ts'
import { runClaim, stillWanted } from './run-claim.ts'
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
  const running = new Map<string, Running>()
  const nudge = createNudge()

  function start(claim: Claim): void {
    parts.tell({ type: 'claimed', claim })
    const abort = new AbortController()
    const over = finish(parts, claim, abort.signal).finally(() => {
      running.delete(claim.id)
      nudge.ring()
    })
    running.set(claim.id, { claim, abort, over })
  }
  async function take(): Promise<void> {
    const limit = parts.concurrency - running.size
    if (limit < 1) return
    const { tenants } = parts
    const claims = await queue.claim({ worker: facts, limit, ...(tenants === undefined ? {} : { tenants }) })
    for (const claim of claims) start(claim)
  }
  async function extend(): Promise<void> {
    const held = [...running.values()]
    const lost = await queue.extend(
      facts,
      held.map(({ claim }) => claim),
    )
    for (const { claim, abort } of held) {
      if (!lost.includes(claim.id) || !running.has(claim.id)) continue
      parts.tell({ type: 'lost', thread: claim.thread })
      abort.abort(new Error(handedOver))
    }
  }
  return {
    facts,
    get running() {
      return running.size
    },
    async work(signal) {
      const over = new AbortController()
      const stop = queue.listen(nudge.ring)
      signal.addEventListener('abort', nudge.ring, { once: true })
      const beating = repeat(parts, over.signal, parts.beat, extend)
      const sweeping = repeat(parts, AbortSignal.any([signal, over.signal]), parts.sweep, sweepWith(parts))
      try {
        while (!signal.aborted) {
          await heedTrouble(parts, take)
          if (!signal.aborted) await nudge.wait((stopped) => clock.sleep(parts.poll, stopped))
        }
        await drain(parts, running)
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

/** Lets runs end, hands over those that do not in time, and resolves once all of them are settled. */
async function drain(parts: WholeParts, running: ReadonlyMap<string, Running>): Promise<void> {
  if (running.size > 0) parts.tell({ type: 'draining', runs: running.size })
  const all = Promise.all([...running.values()].map(({ over }) => over))
  const inTime = new AbortController()
  await Promise.race([all, parts.clock.sleep(parts.grace, inTime.signal).catch(() => undefined)])
  inTime.abort()
  for (const { abort } of running.values()) abort.abort(new Error(handedOver))
  await all
}

/** A claim whose thread runs here. */
interface Running {
  readonly claim: Claim
  readonly abort: AbortController
  readonly over: Promise<void>
}

/** Runs a claim to its end and settles it. Never rejects: a claim that cannot be settled lapses. */
async function finish(parts: WholeParts, claim: Claim, signal: AbortSignal): Promise<void> {
  const ended = await runClaim(parts, claim, signal)
  await heedTrouble(parts, async () => {
    const told = await parts.queue.settle(claim, parts.facts, ended.end)
    parts.tell({ type: 'settled', claim, ...ended })
    if (told === 'lost' || ended.end.type !== 'done') return
    // What came while the run was about to end was put in line before that, or is seen now.
    const job = await stillWanted(parts, claim.thread)
    if (job !== undefined) await parts.queue.enqueue([job])
  })
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

/** A database that is away comes back: what failed is told, and done again later. */
async function heedTrouble(parts: WholeParts, body: () => Promise<void>): Promise<void> {
  try {
    await body()
  } catch (error) {
    parts.tell({ type: 'troubled', error })
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
