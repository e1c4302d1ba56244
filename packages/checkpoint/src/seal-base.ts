import {
  type Entry,
  type Hash,
  joinLabels,
  joinTable,
  type Label,
  type NewEntry,
  type Pruning,
} from '@keepup/core'

import { genesisHash } from './entry-hash.ts'
import { sealAny, type SealedEntry } from './seal-entry.ts'

/**
 * The base entry that `prune` puts in the place of a thread's past: type `thread-pruned`, at sequence `through`, hashed as if it were the thread's
 * first. `past` is the effective history that it replaces, whose labels it joins and whose artifacts it keeps; `replaced` is the chain's hash at
 * `through`, which the entries after it go on following (`chainHash`).
 */
export function sealBase(base: {
  readonly pruning: Pruning
  readonly past: readonly Entry[]
  readonly replaced: Hash
  readonly salt: string
}): SealedEntry {
  const { thread, through } = base.pruning
  return sealAny({
    thread,
    sequence: through,
    previous: genesisHash(thread),
    entry: baseEntry(base.pruning, base.past, base.replaced),
    salt: base.salt,
  })
}

function baseEntry(pruning: Pruning, past: readonly Entry[], replaced: Hash): NewEntry {
  const label = joinedLabel(past)
  const named = past.flatMap((entry) => (entry.erased === true ? [] : (entry.artifacts ?? [])))
  const artifacts = [...new Set(named)]
  const { id, version } = pruning.fold
  return {
    type: 'thread-pruned',
    version: 1,
    critical: true,
    time: pruning.time,
    by: 'runtime',
    ...(label === undefined ? {} : { labels: { default: label } }),
    ...(artifacts.length === 0 ? {} : { artifacts }),
    data: { fold: { id, version }, state: pruning.state, replaced },
  }
}

function joinedLabel(entries: readonly Entry[]): Label | undefined {
  const labels = entries.flatMap((entry) => (entry.labels === undefined ? [] : joinTable(entry.labels)))
  return labels.length === 0 ? undefined : labels.reduce(joinLabels)
}
