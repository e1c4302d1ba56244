import { currentOwner } from '@keepup/checkpoint'
import {
  type AgentEntry,
  type Checkpointer,
  type DurableEvent,
  KeepupError,
  type Lease,
  type Milliseconds,
  type NewEntry,
  type NewId,
  type RunAgent,
  type ThreadId,
} from '@keepup/core'

import type { SimulatedProcess } from './simulated-process.ts'

/** What a simulated agent is made of. */
export interface AgentParts {
  readonly process: SimulatedProcess
  /** As the process has it. */
  readonly checkpointer: Checkpointer
  readonly newId: NewId
  /** Makes the effect of a call happen, in the world. */
  readonly happen: (key: string) => void
  readonly turns: number
  readonly thinks: () => Milliseconds
  readonly leaseTtl: Milliseconds
}

/** What stands in the log of a thread. */
interface Standing {
  readonly run: 'none' | 'open' | 'completed' | 'handed-over'
  /** Turns whose call was begun. */
  readonly begun: number
  /** Calls that were begun and of which nothing more is known. */
  readonly open: readonly string[]
}

/**
 * An agent that makes one call in each turn, which is never repeated, and keeps the rules of the real one: the lease first, the intent before the effect, nothing after
 * the lease is lost. What is to be done follows from the log alone.
 */
export function simulatedAgent(parts: AgentParts): RunAgent {
  return async function* run({ thread, signal }) {
    const { checkpointer, leaseTtl, newId, process } = parts
    const lease = await checkpointer.lease(thread, currentOwner(newId()), leaseTtl)
    const over = new AbortController()
    const beating = beat(parts, lease, over.signal)
    try {
      for await (const entry of work(parts, lease, signal)) {
        // What was stored is what an agent says.
        yield entry as unknown as DurableEvent
      }
    } finally {
      if (!process.isDead) over.abort()
      await beating
      await lease.release().catch(() => undefined)
    }
  }
}

async function beat({ process, leaseTtl }: AgentParts, lease: Lease, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    await process.clock.sleep(leaseTtl / 3, until).catch(() => undefined)
    if (!until.aborted) await lease.renew(leaseTtl).catch(() => undefined)
  }
}

async function* work(
  parts: AgentParts,
  lease: Lease,
  signal: AbortSignal | undefined,
): AsyncGenerator<NewEntry> {
  const { checkpointer, process, happen, turns, thinks } = parts
  const { thread, token } = lease
  const { entries, head: found } = await checkpointer.read(thread)
  // The threads of a simulation are agents'.
  const standing = standingOf(entries as readonly AgentEntry[])
  const messages = await checkpointer.pending(thread)
  if (messages.length === 0 && (standing.run === 'none' || standing.run === 'completed')) {
    throw new KeepupError('input-invalid', `Nothing is to be done in thread ${thread}. Send it a message.`)
  }
  let head = found
  async function commit(all: readonly (readonly [string, object])[], takes: readonly string[] = []) {
    const time = process.clock.now()
    const news = all.map(([type, data]): NewEntry => ({
      type,
      version: 1,
      critical: true,
      time,
      by: 'runtime',
      data,
    }))
    const append = { thread, after: head, lease: token, entries: news, takes }
    await checkpointer.commit({ appends: [append], flush: 'process' })
    head += news.length
    return news
  }
  const began = standing.run === 'open' ? 'run-resumed' : 'run-started'
  const unknown = standing.open.map((key) => finished(key, 'unknown'))
  yield* await commit(
    [[began, { run: thread, token }], ...unknown],
    messages.map(({ id }) => id),
  )
  for (let turn = standing.begun; turn < turns; turn += 1) {
    await process.clock.sleep(thinks(), signal).catch(() => undefined)
    if (signal?.aborted) {
      yield* await commit([end(thread, { type: 'interrupted', reason: reasonOf(signal) })])
      return
    }
    const key = `${thread}/${turn}`
    yield* await commit([['tool-started', { call: key, key, tool: 'record', repeat: 'once', epoch: token }]])
    happen(key)
    await process.clock.sleep(10)
    yield* await commit([finished(key, 'completed')])
  }
  yield* await commit([end(thread, { type: 'completed' })])
}

function finished(key: string, type: 'completed' | 'unknown'): readonly [string, object] {
  return ['tool-finished', { call: key, key, tool: 'record', outcome: { type } }]
}

function end(run: ThreadId, outcome: object): readonly [string, object] {
  return ['run-finished', { run, outcome }]
}

function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : String(reason)
}

function standingOf(entries: readonly AgentEntry[]): Standing {
  const begun = entries.flatMap((entry) => (entry.type === 'tool-started' ? [entry.data.key] : []))
  const closed = new Set(entries.flatMap((entry) => (entry.type === 'tool-finished' ? [entry.data.key] : [])))
  const open = begun.filter((key) => !closed.has(key))
  const last = entries.findLast(({ type }) => type.startsWith('run-'))
  const base = { begun: begun.length, open }
  if (last === undefined) return { ...base, run: 'none' }
  if (last.type !== 'run-finished') return { ...base, run: 'open' }
  return { ...base, run: last.data.outcome.type === 'completed' ? 'completed' : 'handed-over' }
}
