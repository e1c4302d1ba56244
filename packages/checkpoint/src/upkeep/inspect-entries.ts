import {
  type Checkpointer,
  type Entry,
  type Hash,
  KeepupError,
  type Sequence,
  type ThreadSummary,
} from '@keepup/core'

import { chainHash, genesisHash } from '../entry-hash.ts'
import { entryMisfit } from '../entry-misfit.ts'
import { chainHashAt } from '../transfer/chain-hash-at.ts'

/** What is wrong with one place of a thread. */
export interface Damage {
  readonly sequence: Sequence
  readonly why: string
}

/** One own entry that is as it was written, or one that is not. */
export type Inspected =
  | { readonly entry: Entry; readonly damage?: undefined }
  | { readonly damage: Damage; readonly entry?: undefined }

/**
 * A thread's own entries up to the head of `summary`, each held against its checksum, its hash and the entry before it. Goes on after one that is damaged:
 * those after it are held against the hash that the entry before them says it has. Relies on `log` giving what lies before a damaged entry.
 */
export async function* inspectEntries(
  checkpointer: Checkpointer,
  summary: ThreadSummary,
): AsyncGenerator<Inspected> {
  const { origin, head } = summary
  const place: Place = { at: origin?.at ?? 0, chain: await startOf(checkpointer, summary) }
  if (place.chain === undefined) {
    yield { damage: { sequence: place.at, why: 'its origin cannot be read up to there' } }
  }
  while (place.at < head) {
    try {
      for await (const entry of checkpointer.log(summary.thread, place.at)) {
        if (entry.sequence > head) return
        yield* inspect(entry, place)
      }
      if (place.at < head)
        yield { damage: { sequence: place.at + 1, why: 'it and those after it are missing' } }
      return
    } catch (error) {
      const found = damageOf(error)
      place.at = Math.max(place.at + 1, found.sequence ?? 0)
      place.chain = undefined
      yield { damage: { sequence: place.at, why: found.why } }
    }
  }
}

/** How far an inspection came. Without a hash, the next entry cannot be held against what is before it. */
interface Place {
  at: Sequence
  chain: Hash | undefined
}

function* inspect(entry: Entry, place: Place): Generator<Inspected> {
  const isBase = entry.type === 'thread-pruned'
  if (!isBase && entry.sequence !== place.at + 1) {
    yield { damage: { sequence: place.at + 1, why: 'it is missing' } }
    place.chain = undefined
  }
  const previous = isBase ? genesisHash(entry.thread) : place.chain
  const misfit = previous === undefined ? undefined : entryMisfit(entry, previous)
  yield misfit === undefined ? { entry } : { damage: { sequence: entry.sequence, why: misfit } }
  place.chain = chainHash(entry)
  place.at = entry.sequence
}

async function startOf(checkpointer: Checkpointer, { thread, origin }: ThreadSummary) {
  if (origin === undefined) return genesisHash(thread)
  try {
    return await chainHashAt(checkpointer, origin.thread, origin.at)
  } catch {
    return undefined
  }
}

/** Why an entry could not be read, and which, if that is told. What is no damage is thrown on. */
function damageOf(error: unknown): { readonly why: string; readonly sequence: number | undefined } {
  if (!KeepupError.is(error) || !/^(?:thread-damaged|database-corrupt)$/.test(error.code)) throw error
  const { sequence } = error.details
  const why = /is damaged: ([^.]*)/.exec(error.message)?.[1] ?? error.message
  return { why, sequence: typeof sequence === 'number' ? sequence : undefined }
}
