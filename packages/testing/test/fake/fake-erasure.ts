import { type FakeThread, required } from './fake-thread.ts'
import type { Mutant } from './mutant.ts'

/** Destroys the data of entries; gives how many. */
export function eraseEntries(
  thread: FakeThread,
  sequences: readonly number[],
  mutant: Mutant | undefined,
): number {
  for (const sequence of sequences) {
    const entry = required(thread.entries.get(sequence))
    thread.entries.set(sequence, {
      ...entry,
      data: undefined,
      salt: '',
      dataHash: '0'.repeat(64),
      erased: true,
    })
  }
  if (mutant !== 'keeps snapshots of what was erased') {
    thread.snapshots = thread.snapshots.filter(({ at }) => at < Math.min(...sequences))
  }
  return sequences.length
}

/** Replaces the oldest entries by a base entry; gives how many. */
export function pruneEntries(thread: FakeThread, through: number, base: object, time: number): number {
  const last = required(thread.entries.get(through))
  const replaced = [...thread.entries.keys()].filter((sequence) => sequence <= through)
  for (const sequence of replaced) thread.entries.delete(sequence)
  const data = { ...base, replaced: last.hash }
  thread.entries = new Map([
    [through, { ...last, type: 'thread-pruned', critical: true, time, data }],
    ...thread.entries,
  ])
  thread.base = through
  thread.snapshots = thread.snapshots.filter(({ at }) => at > through)
  return replaced.length
}
