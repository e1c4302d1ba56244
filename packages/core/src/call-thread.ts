import type { AgentEntryData } from './agent-entries.ts'
import type { Append } from './checkpointer.ts'
import type { Delegation, StartedAgent } from './delegation.ts'
import type { CallKey, RunId, SignalId, ThreadId } from './identifiers.ts'
import type { Label } from './label.ts'
import type { Limits } from './limits.ts'
import type { MessageList } from './message.ts'
import type { Money } from './model.ts'
import type { RunSettings } from './run-settings.ts'
import type { NewSignal } from './signal.ts'

/** A fact about agents that a thread started. */
export type AgentFact = {
  [Type in 'agent-spawned' | 'agent-settled' | 'agents-awaited']: {
    readonly type: Type
    readonly data: AgentEntryData[Type]
  }
}['agent-spawned' | 'agent-settled' | 'agents-awaited']

/** What goes into one commit with the facts of a thread. */
export interface BesideFacts {
  /** What other threads get, each under a lease that whoever asks for this holds. */
  readonly appends?: readonly Append[]
  readonly signals?: readonly NewSignal[]
  /** Signals of this thread that the facts account for. */
  readonly takes?: readonly SignalId[]
}

/** An agent that a thread started, and what became of it. */
export interface KnownAgent extends StartedAgent {
  /** The run that started it. */
  readonly run: RunId
  /** Present once it was settled: what it did not use was given back. */
  readonly settled?: AgentEntryData['agent-settled']
}

/**
 * A thread that is run, for those who start agents from within it: what they may hand on, and the way to record it. Every property is read as it stands now.
 */
export interface CallThread {
  readonly thread: ThreadId
  readonly run: RunId
  readonly settings: RunSettings
  /** How the thread's own agent was started; nothing where a person did. */
  readonly delegation: Delegation | undefined
  /** The agents that this run started, and those of earlier runs that are not settled, in order. */
  readonly agents: readonly KnownAgent[]
  /** What the run may still hand on: without what it used, set aside for agents, and needs for its own last words. */
  readonly left: Limits
  /** What its last words are estimated to take: with less, an agent would sum up before it began. */
  readonly lastWords: { readonly tokens: number; readonly money: Money }
  /** What the model is shown. */
  readonly messages: MessageList
  /** The join of everything the model was shown. */
  readonly exposure: Label
  /**
   * Records facts in the thread under its lease, together with what other threads get: all or nothing; a kill of the process loses nothing once it resolves.
   * Where it rejects, nothing more is recorded in this run, and the run fails. Refused once the call has ended.
   */
  record(facts: readonly AgentFact[], beside?: BesideFacts): Promise<void>
  /**
   * The call cannot go on until these questions, of other threads, are answered: what it gives back now counts for nothing, the run waits, and whoever resumes it
   * runs the call again.
   */
  suspend(key: CallKey, approvals: readonly string[]): void
}

/** Looks after the agents that threads started. Without one, agents that nobody waits for are left to themselves. */
export interface AgentKeeper {
  /** A run was resumed: sees to it that its agents which nobody waits for are at work. Never throws. */
  resume(thread: CallThread): void
  /** A run is about to finish: ends the agents that are still at work, and settles each. Bounded in time. Never rejects. */
  end(thread: CallThread): Promise<void>
}
