import type { OpenThread } from '@keepup/checkpoint'
import type { Actor, Flush, LabelTable, NewEntry, Sequence, SignalId, Timestamp } from '@keepup/core'

import type { SopEntry, SopEntryData, SopEntryType } from './sop-entries.ts'
import { sopFold } from './sop-fold.ts'
import type { SopState } from './sop-state.ts'

/** The parts of an entry's header that a run chooses. */
export interface DraftHeader {
  readonly by?: Actor
  readonly cause?: Sequence | SignalId
  readonly scope?: string
  readonly labels?: LabelTable
  readonly until?: Timestamp
  /** The signal that the entry accounts for. */
  readonly takes?: SignalId
}

/** Writes a procedure's thread. What is staged is part of the state at once, and committed by the next flush. */
export interface Journal {
  /** The state, everything staged included. */
  readonly state: SopState
  readonly head: Sequence
  stage<Type extends SopEntryType>(type: Type, data: SopEntryData[Type], header?: DraftHeader): void
  /** Resolves once everything staged so far is as durable as `level` says; then it is announced. */
  flush(level?: Flush): Promise<void>
}

/** Makes the journal of an open thread, which nobody else may append to. */
export function createJournal(
  thread: OpenThread<SopState>,
  now: () => Timestamp,
  announce: (event: SopEntry) => void,
): Journal {
  let staged: NewEntry[] = []
  let takes: SignalId[] = []
  let last: Promise<void> = Promise.resolve()
  let { state, head } = thread

  async function commit(flush: Flush, before: Promise<void>): Promise<void> {
    await before
    if (staged.length === 0) return
    const batch = staged
    const taken = takes
    staged = []
    takes = []
    // They come back as they were staged.
    for (const entry of await thread.append(batch, { flush, takes: taken })) announce(entry as SopEntry)
  }
  return {
    get state() {
      return state
    },
    get head() {
      return head
    },
    stage(type, data, header = {}) {
      const { takes: signal, ...rest } = header
      const critical = type !== 'signal-declined'
      const entry = { type, version: 1, critical, time: now(), by: 'runtime', ...rest, data }
      // What cannot be folded must not be written: nobody could read the thread again.
      state = sopFold.apply(state, {
        ...entry,
        thread: thread.thread,
        sequence: head + 1,
        salt: '',
        hash: '',
      })
      staged.push(entry)
      if (signal !== undefined) takes.push(signal)
      head += 1
    },
    flush(level = 'process') {
      // Once one failed, all that follow fail: what was staged on top of it was never written.
      last = commit(level, last)
      return last
    },
  }
}
