import { replayCheckpointer, type ReplayCheckpointer, type ReplayCursor } from '@keepup/checkpoint'
import { type Entry, KeepupError, type NewEntry, type ThreadView } from '@keepup/core'

import { createOrchestrator } from '../create-orchestrator.ts'
import { isForeign, isOne } from './find-ahead.ts'
import { recordedSignal } from './recorded-signal.ts'
import { mortal, replayParts } from './replay-parts.ts'

/** What a replay went through. */
export interface Replayed {
  /** Entries that were emitted again, byte for byte as recorded. */
  readonly entries: number
  /** Processes that worked on the thread. */
  readonly processes: number
}

/**
 * Executes an agent's thread again from its own entries, as `log` gives them: the real loop, fed the recorded answers of models, outcomes, signals,
 * decisions, processes, interrupts, crashes, times and ids. No model is called and no tool runs. Fails `replay-diverged` at the first entry that
 * would not be the same byte for byte, `not-supported` where entries were erased. `past` is the inherited view of a fork.
 */
export async function replayRun(
  recorded: readonly Entry[],
  options: { readonly past?: ThreadView } = {},
): Promise<Replayed> {
  const checkpointer = replayCheckpointer(recorded, {
    ...options,
    signalOf: recordedSignal,
    token: (upcoming) => tokenOf(upcoming),
  })
  const { cursor } = checkpointer
  let processes = 0
  for (let next = cursor.next(); next !== undefined; next = cursor.next()) {
    const before = cursor.position
    if (isForeign(next)) {
      cursor.advance()
      continue
    }
    await replayProcess(checkpointer, recorded, options.past?.entries ?? [])
    processes += 1
    if (cursor.position === before) throw stuck(cursor.next())
  }
  return { entries: recorded.length, processes }
}

/** Lets one process do what it did, until it finished, waited, failed or died. */
async function replayProcess(
  shared: ReplayCheckpointer,
  recorded: readonly Entry[],
  inherited: readonly Entry[],
): Promise<void> {
  const { cursor } = shared
  const process = mortal(shared)
  const start = cursor.position
  const parts = replayParts(process.checkpointer, recorded, inherited)
  const interrupt = new AbortController()
  void interruptWhenRecorded(cursor, interrupt)
  const run = exhaust(
    createOrchestrator(parts)({ thread: recorded[0]?.thread ?? '', signal: interrupt.signal }),
  )
  // A process that takes over begins with `run-resumed`: only a later one tells of its death.
  const ends = (entry: Entry | undefined): boolean =>
    entry === undefined || isForeign(entry) || (entry.type === 'run-resumed' && cursor.position > start)
  const death = cursor.waitFor(ends)
  try {
    await Promise.race([run, death, cursor.finished, standstill(cursor)])
  } catch (error) {
    const diedThere = KeepupError.is(error, 'replay-diverged') && (ends(cursor.next()) || isUnbegun(error))
    if (!KeepupError.is(error, 'input-invalid') && !diedThere) throw error
  } finally {
    process.die()
    run.catch(() => {})
  }
}

/** A process that died between taking a signal and beginning a run left no other trace than that the next one took further signals. */
function isUnbegun({ details }: KeepupError): boolean {
  const { expected, actual } = details as { readonly expected?: Entry; readonly actual?: NewEntry }
  if (actual?.type !== 'run-started' || expected === undefined) return false
  return typeof expected.cause === 'string' || tokenOf([expected]) !== tokenOf([actual as Entry])
}

async function exhaust(events: AsyncIterable<unknown>): Promise<void> {
  const iterator = events[Symbol.asyncIterator]()
  while ((await iterator.next()).done !== true) continue
}

/** Nothing in a replay waits for the outside: where several rounds of the event loop bring no entry, none will come. */
async function standstill(cursor: ReplayCursor): Promise<never> {
  let quiet = 0
  for (let position = cursor.position; quiet < 20; quiet += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    if (cursor.position !== position) quiet = 0
    position = cursor.position
  }
  throw stuck(cursor.next())
}

/** An interrupt that no signal brought came from the process itself. */
async function interruptWhenRecorded(cursor: ReplayCursor, interrupt: AbortController): Promise<void> {
  const entry = await cursor.waitFor(isLocalInterrupt)
  interrupt.abort(new Error(isOne(entry, ['run-interrupted']) ? entry.data.reason : ''))
}

function isLocalInterrupt(entry: Entry): boolean {
  return entry.type === 'run-interrupted' && entry.cause === undefined
}

/** The token under which the process that is to come wrote. */
function tokenOf(upcoming: readonly Entry[]): number {
  for (const entry of upcoming) {
    if (isOne(entry, ['run-started', 'run-resumed'])) return entry.data.token
  }
  return 1
}

function stuck(next: Entry | undefined): KeepupError {
  const message = `Replay came to a stop before entry ${next?.sequence} (${next?.type}): nothing in the loop leads to it.`
  return new KeepupError('replay-diverged', message, {
    details: { sequence: next?.sequence, expected: next },
  })
}
