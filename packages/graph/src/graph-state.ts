import type { Label, PersonQuestion, RunId, Sequence, ThreadId, Timestamp } from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from './channel.ts'
import type { NodeFailure } from './node-failure.ts'

/** What a task waits for. */
export interface Wait {
  /** Names the wait, for an answer. Another one on a fork, where the question is asked anew. */
  readonly id: string
  /** `decision`: a person must say what became of a step that may have happened. `agent`: its agent waits. */
  readonly for: 'person' | 'signal' | 'time' | 'decision' | 'agent'
  readonly question?: PersonQuestion
  /** The name of the signal. */
  readonly signal?: string
  readonly until?: Timestamp
  /** The agent's thread. */
  readonly thread?: ThreadId
}

/** A node that is to run in the present step, or ran in it. */
export interface Task {
  readonly node: string
  readonly input?: unknown
  /** The failure that led here. */
  readonly cause?: NodeFailure
  /** The entry that scheduled it. */
  readonly since: Sequence
  /** `open`: it is to run. `begun`: it has a recorded intent and no end. `finished`: its update waits for the others of the step. */
  readonly status: 'open' | 'begun' | 'waiting' | 'finished' | 'failed'
  /** It may have happened: its intent was recorded, so it does not run again unasked. */
  readonly intended?: true
  /** How many attempts failed. */
  readonly attempts: number
  /** When the next attempt may begin. */
  readonly retryAt?: Timestamp
  readonly update?: ChannelUpdate<ChannelValues>
  /** Why it failed; where it has finished all the same, an error edge leads on. */
  readonly failure?: NodeFailure
  readonly wait?: Wait
  /** The state of a graph within, once it was entered. */
  readonly inner?: ScopeState
}

/** What is remembered between steps, besides the state. */
export interface Held {
  /** For each join that is partly there, by its target: which nodes have finished. */
  readonly joins: Readonly<Record<string, readonly string[]>>
  /** Deferred nodes that are to run. */
  readonly deferred: readonly NextTask[]
}

/** A task as it is scheduled: a name, or a name with what goes with it. */
export type NextTask =
  | string
  | { readonly node: string; readonly input?: unknown; readonly cause?: NodeFailure }

/** The run of one graph: the outer one, or one within. */
export interface ScopeState<Values = ChannelValues> {
  /** The state, as every task of the present step sees it. */
  readonly values: Values
  /** How many steps have ended in this run. */
  readonly step: number
  /** So many of them were before a bound was reached and somebody went on. */
  readonly stepsBefore: number
  /** The tasks of the present step, in declared order. */
  readonly tasks: readonly Task[]
  /** How often each node was scheduled in this run. */
  readonly visits: Readonly<Record<string, number>>
  readonly held: Held
}

/** How a run of a graph ended. All but `completed` can be gone on with. */
export type GraphOutcome =
  /** `unjoined`: targets of joins that some of their nodes never came to. */
  | { readonly type: 'completed'; readonly unjoined?: readonly string[] }
  | { readonly type: 'limit-reached'; readonly limit: 'steps' | 'visits'; readonly node: string }
  | { readonly type: 'failed'; readonly failures: readonly NodeFailure[] }
  | { readonly type: 'interrupted'; readonly reason: string }
  | { readonly type: 'stopped'; readonly reason: string }

/** What a graph's thread folds to. */
export interface GraphState<Values = ChannelValues> extends ScopeState<Values> {
  readonly status: 'empty' | 'running' | 'waiting' | 'finished'
  readonly run?: RunId
  /** How the last run ended; nothing while one goes on. */
  readonly outcome?: GraphOutcome
  /** The join of the labels of everything that the state has seen. */
  readonly exposure: Label
  /** The latest rewind: what it led back to is done again, under other keys. */
  readonly rewound?: Sequence
  /** Of the last entry. */
  readonly time: Timestamp
  /** An entry that the state depends on was erased: its run cannot go on. */
  readonly erased?: true
}
