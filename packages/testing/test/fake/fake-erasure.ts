import { KeepupError } from '@keepup/core'

import { type FakeThread, required } from './fake-thread.ts'
import type { Mutant } from './mutant.ts'

/** Destroys the data of entries; gives how many. */
export function eraseEntries(
  threads: ReadonlyMap<string, FakeThread>,
  thread: FakeThread,
  sequences: readonly number[],
  mutant: Mutant | undefined,
): number {
  countErasure(threads, thread, Math.min(...sequences), mutant)
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

/** Counts an erasure in a thread and in those whose past it touches, which lose their snapshots. */
function countErasure(
  threads: ReadonlyMap<string, FakeThread>,
  thread: FakeThread,
  first: number,
  mutant: Mutant | undefined,
): void {
  thread.erasures += 1
  if (mutant === 'forgets forks when it counts erasures') return
  for (const { id, origin } of threads.values()) {
    if (origin === undefined || origin.thread !== thread.id || origin.at < first) continue
    const fork = required(threads.get(id))
    fork.snapshots = []
    countErasure(threads, fork, first, mutant)
  }
}

/** Refuses a state that may hold what was erased. */
export function checkErasures(thread: FakeThread, known: number = 0): void {
  if (known !== thread.erasures)
    throw new KeepupError('checkpoint-conflict', `Thread ${thread.id} was erased in since.`)
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
