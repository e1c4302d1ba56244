import type { Entry, Sequence, ThreadId, ThreadView } from '@keepup/core'

import { effectiveRanges, type Line, type Rewind } from '../effective-ranges.ts'
import { chainHash, genesisHash } from '../entry-hash.ts'
import { unknownPosition } from '../unknown-position.ts'

/** Where a record begins. */
export interface RecordStart {
  readonly thread: ThreadId
  /** The position before the first recorded entry. */
  readonly after: Sequence
  /** What a fork inherited. */
  readonly past: ThreadView | undefined
}

/** No thread can have this id: it holds a control character. */
const pastLine = '\u0000past'

/** The effective history of what was emitted again so far. */
export function replayView(start: RecordStart, emitted: readonly Entry[], asked?: Sequence): ThreadView {
  const { thread, after, past } = start
  const head = emitted.at(-1)?.sequence ?? after
  const at = asked ?? head
  if (at > head) throw unknownPosition(thread, at, head)
  const { ranges, inherited } = effectiveRanges(linesOf(start, emitted), at)
  const entries = ranges.flatMap((range) => {
    const source = range.thread === pastLine ? (past?.entries ?? []) : emitted
    return source.filter(({ sequence }) => sequence >= range.from && sequence <= range.to)
  })
  const last = emitted.findLast(({ sequence }) => sequence <= at)
  const hash = last === undefined ? (past?.hash ?? genesisHash(thread)) : chainHash(last)
  const origin = past?.origin === undefined ? {} : { origin: past.origin }
  return { thread, head, at, hash, ...origin, inherited, entries }
}

function linesOf({ thread, after }: RecordStart, emitted: readonly Entry[]): Line[] {
  const rewinds = emitted.flatMap(rewindOf)
  const [first] = emitted
  if (first?.type === 'thread-pruned') return [{ thread, after: 0, rewinds, base: first.sequence }]
  return [
    { thread, after, rewinds },
    { thread: pastLine, after: 0, rewinds: [] },
  ]
}

function rewindOf(entry: Entry): readonly Rewind[] {
  if (entry.type !== 'thread-rewound') return []
  // The type says what the data is: every checkpointer checks it.
  const { to } = entry.data as { readonly to: Sequence }
  return [{ sequence: entry.sequence, to }]
}
