import type { Claim } from '../run-queue.ts'
import { handedOver } from '../thread/wanted.ts'
import { heedTrouble } from './heed-trouble.ts'
import { runClaim, stillWanted } from './run-claim.ts'
import type { WholeParts } from './worker-parts.ts'

/** The claims that a worker holds: those whose threads it runs, and those that wait until nothing else runs. */
export interface Holding {
  readonly running: ReadonlyMap<string, unknown>
  /** Takes what there is room for. */
  readonly take: () => Promise<void>
  /** Holds them for longer, and ends the runs of those that are lost. */
  readonly extend: () => Promise<void>
  /** Gives the runs the grace to end, hands over what is left, and resolves once every claim is settled. */
  readonly drain: () => Promise<void>
}

/**
 * From this attempt on a thread runs alone: whatever ended its workers, such as all of their memory, ends no other thread's run with it, whose attempts would
 * count as well.
 */
const aloneFrom = 4

/** Makes the holding of a worker; `ring` is told when there may be room again. */
export function createHolding(parts: WholeParts, ring: () => void): Holding {
  const { queue, facts } = parts
  const running = new Map<string, Running>()
  /** Claims that wait until nothing else runs here. */
  const alone: Claim[] = []
  function start(claim: Claim): void {
    parts.tell({ type: 'claimed', claim })
    const abort = new AbortController()
    const over = finish(parts, claim, abort.signal).finally(() => {
      running.delete(claim.id)
      ring()
    })
    running.set(claim.id, { claim, abort, over })
  }
  async function take(): Promise<void> {
    const next = running.size === 0 ? alone.shift() : undefined
    if (next !== undefined) start(next)
    const limit = parts.concurrency - running.size
    const isAlone = [...running.values()].some(({ claim }) => claim.attempt >= aloneFrom)
    if (limit < 1 || isAlone || alone.length > 0) return
    const { tenants } = parts
    const claims = await queue.claim({ worker: facts, limit, ...(tenants === undefined ? {} : { tenants }) })
    for (const claim of claims) {
      if (claim.attempt >= aloneFrom) alone.push(claim)
      else start(claim)
    }
    if (running.size === 0 && alone.length > 0) ring()
  }
  async function extend(): Promise<void> {
    const held = [...running.values()].map(({ claim }) => claim)
    const lost = await queue.extend(facts, [...held, ...alone])
    for (const id of lost) {
      const waiting = alone.findIndex((claim) => claim.id === id)
      if (waiting >= 0) alone.splice(waiting, 1)
      const found = running.get(id)
      if (found === undefined) continue
      parts.tell({ type: 'lost', thread: found.claim.thread })
      found.abort.abort(new Error(handedOver))
    }
  }
  return {
    running,
    take,
    extend,
    async drain() {
      await giveBack(parts, alone)
      await drainRuns(parts, running)
    },
  }
}

/** Puts claims that were never begun in line again. */
async function giveBack(parts: WholeParts, claims: Claim[]): Promise<void> {
  for (const claim of claims.splice(0))
    await heedTrouble(parts, async () => {
      await parts.queue.settle(claim, parts.facts, { type: 'again', after: 0 })
    })
}

/** Lets runs end, hands over those that do not in time, and resolves once all of them are settled. */
async function drainRuns(parts: WholeParts, running: ReadonlyMap<string, Running>): Promise<void> {
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
