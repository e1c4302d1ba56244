import type { AppendOptions, OpenThread } from '@keepup/checkpoint'
import type {
  Actor,
  Append,
  AgentEntry,
  AgentEntryData,
  AgentEntryType,
  AgentEvent,
  ArtifactHash,
  Flush,
  LabelTable,
  NewEntry,
  NewSignal,
  Sequence,
  SignalId,
  Timestamp,
} from '@keepup/core'

import { agentFold } from './agent-fold.ts'
import type { AgentState } from './agent-state.ts'
import type { GuardWatch } from './guard-watch.ts'

/** An entry that has no time yet. */
export type Draft = Omit<NewEntry, 'time'>

/** The parts of an entry's header that the loop chooses. */
export interface DraftHeader {
  readonly by?: Actor
  readonly cause?: Sequence | SignalId
  readonly labels?: LabelTable
  readonly artifacts?: readonly ArtifactHash[]
  readonly until?: Timestamp
}

/** Types whose loss changes nothing in the agent's state. */
const informative: ReadonlySet<AgentEntryType> = new Set([
  'thread-tagged',
  'process-started',
  'signal-declined',
])

/** Drafts an entry of an agent's thread. */
export function draft<Type extends AgentEntryType>(
  type: Type,
  data: AgentEntryData[Type],
  header: DraftHeader = {},
): Draft {
  return { type, version: 1, critical: !informative.has(type), by: 'runtime', ...header, data }
}

/** What goes with a flush. */
export interface FlushOptions {
  /** `process` when left out. */
  readonly flush?: Flush
  /** Signals that the entries account for. */
  readonly takes?: readonly SignalId[]
  /** What other threads get in the same commit. */
  readonly also?: readonly Append[]
  /** Signals sent in the same commit. */
  readonly signals?: readonly NewSignal[]
}

/**
 * Writes an agent's thread. Entries are staged, decisions go on from the state that includes them, and one flush commits what was staged together.
 * Nothing leaves the process before what led to it is committed: flush before every effect and every wait. What nobody flushes is committed at
 * the end of the present turn of the event loop.
 */
export interface Journal {
  /** The agent's state, everything staged included. */
  readonly state: AgentState
  /** The sequence of the last entry, staged or committed. */
  readonly head: Sequence
  /** Adds entries, stamped with one reading of the clock. */
  stage(drafts: readonly Draft[]): void
  /** Commits what is staged, then announces it. Resolves at once where nothing is. */
  flush(options?: FlushOptions): Promise<void>
  /** Stages and flushes. */
  append(drafts: readonly Draft[], options?: FlushOptions): Promise<void>
}

/** What a journal is made of. */
export interface JournalParts {
  readonly thread: OpenThread<AgentState>
  /** The time of the entry that is to stand at a sequence. */
  readonly stamp: (sequence: Sequence) => Timestamp
  /** Told of every entry, in order, once it was committed. */
  readonly announce: (event: AgentEvent) => void
  /** Whether staged entries may wait for each other. A replay commits each as it comes. */
  readonly group: boolean
  /** Told of every entry as it is staged. */
  readonly guards?: GuardWatch | undefined
}

/** Makes the journal of an open thread, which nobody else may append to. */
export function createJournal({ thread, stamp, announce, group, guards }: JournalParts): Journal {
  let staged: NewEntry[] = []
  let { state, head } = thread
  /** Rejected for good with the first failure: nothing may follow an entry that is not there. */
  let queue: Promise<void> = Promise.resolve()
  /** Commits that have not succeeded: a failed one stands in the way for good. */
  let underWay = 0

  function stage(drafts: readonly Draft[]): void {
    const time = stamp(head + 1)
    for (const unstamped of drafts) {
      const entry = { ...unstamped, time, thread: thread.thread, sequence: head + 1, salt: '', hash: '' }
      // What cannot be folded must not be written: nobody could read the thread again.
      state = agentFold.apply(state, entry)
      guards?.observe(entry)
      staged.push(entry)
      head += 1
    }
  }
  function flush({ flush: level = 'process', takes = [], ...beside }: FlushOptions = {}): Promise<void> {
    if (staged.length === 0) return queue
    const batch = staged
    const after = state
    staged = []
    const before = underWay === 0 ? undefined : queue
    queue = commit(batch, { flush: level, takes, state: after, ...beside }, before)
    // Whoever flushes next learns of a failure.
    queue.catch(() => {})
    return queue
  }
  async function commit(
    batch: readonly NewEntry[],
    options: AppendOptions<AgentState>,
    before: Promise<void> | undefined,
  ): Promise<void> {
    underWay += 1
    if (before !== undefined) await before
    const entries = await thread.append(batch, options)
    underWay -= 1
    // What was read anew after a rewind is not what was foreseen.
    if (head === thread.head) ({ state } = thread)
    // Entries come back as they were drafted, by `draft` or by a context policy, whose types are the agent's own.
    for (const entry of entries) announce(entry as AgentEntry)
  }
  const flushSoon = oncePerTurn(() => void flush().catch(() => {}))
  return {
    get state() {
      return state
    },
    get head() {
      return head
    },
    stage(drafts) {
      stage(drafts)
      if (group) flushSoon()
      else flush().catch(() => {})
    },
    flush,
    append(drafts, options) {
      stage(drafts)
      return flush(options)
    },
  }
}

/** Does it at the end of the present turn of the event loop, however often it is asked for. */
function oncePerTurn(act: () => void): () => void {
  let scheduled = false
  return () => {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      act()
    })
  }
}
