import type { OpenThread } from '@keepup/checkpoint'
import type { Actor, Fold, Flush, LabelTable, NewEntry, Sequence, SignalId, Timestamp } from '@keepup/core'

import type { GraphEntry, GraphEntryData, GraphEntryType } from './graph-entries.ts'
import type { GraphState } from './graph-state.ts'

/** The parts of an entry's header that a run chooses. */
export interface DraftHeader {
  /** The version of the state that the data speaks of; 1 when left out. */
  readonly version?: number
  readonly by?: Actor
  readonly cause?: Sequence | SignalId
  readonly scope?: string
  readonly labels?: LabelTable
  readonly until?: Timestamp
  /** The signal that the entry accounts for. */
  readonly takes?: SignalId
}

/** Writes a graph's thread. What is staged is part of the state at once, and committed together by the next flush. */
export interface Journal {
  /** The state, everything staged included. */
  readonly state: GraphState
  readonly head: Sequence
  stage<Type extends GraphEntryType>(type: Type, data: GraphEntryData[Type], header?: DraftHeader): void
  /** Commits what is staged, then announces it. Flushes that come while one is under way share the next commit. */
  flush(level?: Flush): Promise<void>
}

/** What a journal is made of. */
export interface JournalParts {
  readonly thread: OpenThread<GraphState>
  readonly fold: Fold<GraphState>
  readonly now: () => Timestamp
  readonly announce: (event: GraphEntry) => void
}

/** Whose loss changes nothing in the state. */
const informative: ReadonlySet<GraphEntryType> = new Set(['signal-declined', 'thread-tagged'])

/** Makes the journal of an open thread, which nobody else may append to. */
export function createJournal({ thread, fold, now, announce }: JournalParts): Journal {
  let staged: NewEntry[] = []
  let takes: SignalId[] = []
  let isPower = false
  let { state, head } = thread

  async function commit(): Promise<void> {
    if (staged.length === 0) return
    const batch = staged
    const options = { flush: isPower ? ('power' as const) : ('process' as const), takes, state }
    staged = []
    takes = []
    isPower = false
    const entries = await thread.append(batch, options)
    // What was read anew after a rewind is not what was foreseen.
    if (head === thread.head) ({ state } = thread)
    // They come back as they were staged.
    for (const entry of entries) announce(entry as GraphEntry)
  }
  const flush = oneShared(commit)
  return {
    get state() {
      return state
    },
    get head() {
      return head
    },
    stage(type, data, header = {}) {
      const { version = 1, takes: signal, ...rest } = header
      const critical = !informative.has(type)
      const entry = { type, version, critical, time: now(), by: 'runtime', ...rest, data }
      // What cannot be folded must not be written: nobody could read the thread again.
      state = fold.apply(state, { ...entry, thread: thread.thread, sequence: head + 1, salt: '', hash: '' })
      staged.push(entry)
      if (signal !== undefined) takes.push(signal)
      head += 1
    },
    flush(level = 'process') {
      isPower ||= level === 'power'
      return flush()
    },
  }
}

/** Does it at once where it is not being done; calls that come meanwhile share the next time. Once it failed, it fails for good. */
function oneShared(act: () => Promise<void>): () => Promise<void> {
  let present: Promise<void> | undefined
  let following: Promise<void> | undefined
  async function start(): Promise<void> {
    following = undefined
    await act()
    // Unless another one begins at once.
    if (following === undefined) present = undefined
  }
  return () => {
    if (present === undefined) {
      present = start()
      return present
    }
    if (following === undefined) {
      following = present.then(start)
      present = following
    }
    return following
  }
}
