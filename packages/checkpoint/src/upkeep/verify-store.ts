import {
  type ArtifactHash,
  type ArtifactStore,
  type Entry,
  KeepupError,
  type ThreadId,
  type ThreadSummary,
} from '@keepup/core'

import type { ExportSource } from '../transfer/export-threads.ts'
import { type Damage, inspectEntries } from './inspect-entries.ts'

/** How one thread was found. */
export interface VerifiedThread {
  readonly thread: ThreadId
  /** Own entries that are as they were written. */
  readonly entries: number
  /** The places that are not; what lies before the first of them can be read. */
  readonly damage: readonly Damage[]
  /** Artifacts that its entries name, and that are not there or not as they were stored. */
  readonly artifacts: readonly { readonly hash: ArtifactHash; readonly state: 'missing' | 'damaged' }[]
}

/**
 * Looks through every thread: each entry's hash and place in the chain, and the bytes of each artifact that an entry names. Finds every change of what is
 * stored; one by somebody who recomputes all hashes shows only against a head that is kept elsewhere, and so does the loss of a thread's last entries.
 * Reads everything once; an entry and a piece of an artifact are in memory.
 */
export async function* verifyStore(source: ExportSource): AsyncGenerator<VerifiedThread> {
  const looked = new Map<ArtifactHash, ArtifactState>()
  const summaries: ThreadSummary[] = []
  for await (const summary of source.checkpointer.threads()) summaries.push(summary)
  for (const summary of summaries) {
    const damage: Damage[] = []
    const artifacts = new Map<ArtifactHash, 'missing' | 'damaged'>()
    let entries = 0
    for await (const found of inspectEntries(source.checkpointer, summary)) {
      if (found.damage !== undefined) damage.push(found.damage)
      else {
        entries += 1
        await lookAtArtifacts(source.artifacts, found.entry, looked, artifacts)
      }
    }
    const lost = [...artifacts].map(([hash, state]) => ({ hash, state }))
    yield { thread: summary.thread, entries, damage, artifacts: lost }
  }
}

type ArtifactState = 'whole' | 'missing' | 'damaged'

async function lookAtArtifacts(
  store: ArtifactStore | undefined,
  entry: Entry,
  looked: Map<ArtifactHash, ArtifactState>,
  lost: Map<ArtifactHash, 'missing' | 'damaged'>,
): Promise<void> {
  if (entry.erased === true || store === undefined) return
  for (const hash of entry.artifacts ?? []) {
    const state = looked.get(hash) ?? (await stateOf(store, hash))
    looked.set(hash, state)
    if (state !== 'whole') lost.set(hash, state)
  }
}

/** How an artifact's bytes are. Reads all of them. */
export async function stateOf(store: ArtifactStore, hash: ArtifactHash): Promise<ArtifactState> {
  try {
    for await (const bytes of store.get(hash)) void bytes
    return 'whole'
  } catch (error) {
    if (KeepupError.is(error) && error.code === 'artifact-unknown') return 'missing'
    if (KeepupError.is(error) && /^(?:artifact-damaged|database-corrupt)$/.test(error.code)) return 'damaged'
    throw error
  }
}
