import type { OpenThread } from '@keepup/checkpoint'
import type {
  Actor,
  AgentEntry,
  AgentEntryData,
  AgentEntryType,
  AgentEvent,
  ArtifactHash,
  Clock,
  Entry,
  Flush,
  LabelTable,
  NewEntry,
  Sequence,
  SignalId,
  Timestamp,
} from '@keepup/core'

import type { AgentState } from './agent-state.ts'

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

/** Writes an agent's thread: stamps, commits, then announces. */
export interface Journal {
  /** One commit, stamped with one reading of the clock. Nothing is announced before it is durable. */
  append(
    drafts: readonly Draft[],
    options?: { readonly flush?: Flush; readonly takes?: readonly SignalId[] },
  ): Promise<readonly Entry[]>
}

/** Makes the journal of an open thread. `announce` is told of every entry, in order, once it was committed. */
export function createJournal(
  thread: OpenThread<AgentState>,
  clock: Clock,
  announce: (event: AgentEvent) => void,
): Journal {
  return {
    async append(drafts, options) {
      const time = clock.now()
      const entries = await thread.append(
        drafts.map((entry) => ({ ...entry, time })),
        options,
      )
      // Entries come back as they were drafted, by `draft` or by a context policy, whose types are the agent's own.
      for (const entry of entries) announce(entry as AgentEntry)
      return entries
    },
  }
}
