import { foldEntries, readState, verifyThread } from '@keepup/checkpoint'
import {
  type ArtifactHash,
  type ArtifactStore,
  type Checkpointer,
  KeepupError,
  type Sequence,
  type ThreadId,
} from '@keepup/core'

import { inbox, roots } from './fixed-parts.ts'
import { tally } from './tally.ts'

/** What nobody would come across: it has to be looked for. */
export interface Sought {
  readonly artifacts: ReadonlySet<ArtifactHash>
  /** Positions that a snapshot may have been stored for, which a newer one, or a rewind, can hide at the head. */
  readonly positions: readonly { readonly thread: ThreadId; readonly at: Sequence }[]
}

/** What can be seen of a store, a line for each thing. Two stores that hold the same have the same lines. */
export async function appearance(
  checkpointer: Checkpointer,
  artifacts: ArtifactStore,
  sought: Sought,
): Promise<string[]> {
  const lines: string[] = []
  const names: ThreadId[] = []
  for (const { owner: _, ...summary } of await collect(checkpointer.threads())) {
    if (summary.thread === inbox) continue
    lines.push(inOrder({ summary }))
    names.push(summary.thread)
  }
  for (const thread of names) {
    lines.push(inOrder({ log: await collect(checkpointer.log(thread)) }))
    lines.push(inOrder({ read: await checkpointer.read(thread, { fold: tally }) }))
    lines.push(inOrder({ history: await collect(checkpointer.history(thread)) }))
  }
  for (const thread of new Set([...roots, ...names])) {
    const pending = await checkpointer.pending(thread)
    if (pending.length > 0)
      lines.push(inOrder({ thread, pending: pending.map(({ position: _, ...signal }) => signal) }))
  }
  for (const { thread, at } of sought.positions) lines.push(await snapshotAt(checkpointer, thread, at))
  for (const hash of sought.artifacts) {
    const artifact = await artifacts.describe(hash)
    if (artifact !== undefined) lines.push(inOrder({ artifact }))
  }
  return lines
}

async function snapshotAt(checkpointer: Checkpointer, thread: ThreadId, at: Sequence): Promise<string> {
  try {
    const { snapshot } = await checkpointer.read(thread, { at, fold: tally })
    return inOrder({ thread, at, snapshot: snapshot ?? 'none' })
  } catch (error) {
    if (KeepupError.is(error)) return inOrder({ thread, at, snapshot: error.code })
    throw error
  }
}

/** Fails where a chain of hashes is broken, or where a snapshot and the entries after it fold to another state than the entries alone. */
export async function checkChainsAndFolds(checkpointer: Checkpointer): Promise<void> {
  for (const { thread } of await collect(checkpointer.threads())) {
    await verifyThread(checkpointer, thread)
    const { state } = await readState(checkpointer, thread, tally)
    const { entries } = await checkpointer.read(thread)
    const folded = foldEntries(tally, tally.initial, entries)
    if (folded.said === state.said && folded.count === state.count) continue
    throw new KeepupError('internal', `The snapshot of ${thread} folds to another state than its entries.`)
  }
}

/** JSON with keys in order and bytes in hexadecimal. */
function inOrder(value: unknown): string {
  return JSON.stringify(ordered(value))
}

function ordered(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const pairs = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(pairs.map(([key, each]) => [key, ordered(each)]))
}

async function collect<T>(things: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const thing of things) found.push(thing)
  return found
}
