import { type Entry, KeepupError, type NewEntry, type Sequence, type ThreadId } from '@keepup/core'

import { diffStates } from '../diff-states.ts'
import { encodeText } from '../encode-value.ts'
import { entryHash } from '../entry-hash.ts'
import { headerOf } from '../seal-entry.ts'

/** Where an entry is to stand. */
interface Place {
  readonly thread: ThreadId
  readonly sequence: Sequence
}

/** The recorded entry at a place. Fails `replay-diverged` unless the emitted one is the same byte for byte, salt and hash aside. */
export function compareEntry(place: Place, expected: Entry | undefined, actual: NewEntry): Entry {
  if (expected !== undefined && fingerprint(place, expected) === fingerprint(place, actual)) return expected
  const { thread, sequence } = place
  const message = `Replay of thread ${thread} diverged at entry ${sequence}: ${difference(expected, actual)}.`
  throw new KeepupError('replay-diverged', message, { details: { thread, sequence, expected, actual } })
}

function fingerprint({ thread, sequence }: Place, entry: NewEntry): string {
  return entryHash('', headerOf(entry, thread, sequence), encodeText(entry.data))
}

function difference(expected: Entry | undefined, actual: NewEntry): string {
  if (expected === undefined) return `nothing more was recorded, but a ${actual.type} came`
  if (expected.type !== actual.type) return `a ${expected.type} was recorded, but a ${actual.type} came`
  const [first] = diffStates(whole(expected), whole(actual))
  return `the two ${actual.type} differ${first === undefined ? ' in the order of keys' : ` at ${first.pointer}`}`
}

/** Header and data, without a place. */
function whole(entry: NewEntry): unknown {
  return { ...headerOf(entry, '', 0), data: entry.data }
}
