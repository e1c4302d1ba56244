import { type EventEmitter, once } from 'node:events'

import type { Entry, PendingSignal } from '@keepup/core'

import type { Mutant } from './mutant.ts'

/** What is watched. */
export interface WatchSource {
  readonly after: number
  readonly changes: EventEmitter
  readonly ended: AbortSignal
  entries(): readonly Entry[]
  signals(): readonly PendingSignal[]
}

/** Shows entries and signals as they come. */
export async function* watchFake(
  source: WatchSource,
  mutant: Mutant | undefined,
): AsyncGenerator<{ readonly entry: Entry } | { readonly signal: PendingSignal }> {
  let [seen, position] = [source.after, 0]
  while (!source.ended.aborted) {
    const entries = source.entries().filter(({ sequence }) => sequence > seen)
    for (const entry of mutated(entries, mutant)) yield { entry }
    seen = entries.at(-1)?.sequence ?? seen
    const signals = source.signals().filter((signal) => signal.position > position)
    for (const signal of signals) yield { signal }
    position = signals.at(-1)?.position ?? position
    const changed = entries.length > 0 || signals.length > 0
    if (!changed) await once(source.changes, 'change', { signal: source.ended }).catch(() => undefined)
  }
}

function mutated(entries: readonly Entry[], mutant: Mutant | undefined): readonly Entry[] {
  if (mutant === 'skips an entry when watching' && entries.length > 1) return entries.slice(1)
  return mutant === 'repeats an entry when watching' ? [...entries, ...entries.slice(0, 1)] : entries
}
