import type { Channel, Entry, LeaseToken, RunId, Sequence, SignalId } from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from './channel.ts'
import type { GraphOutcome, Held, NextTask, Wait } from './graph-state.ts'
import type { NodeFailure } from './node-failure.ts'

/** Which task: its place in the step, within the task of the graph around it. Left out: the first of the outer graph. */
export type TaskPath = readonly number[]

/** What ends a step. */
export interface StepEnd {
  /** The tasks of the next step. Present in the entry that ends the last task of a step: then the updates of all are joined, in declared order. */
  readonly next?: readonly NextTask[]
  /** Only where it changed. */
  readonly held?: Held
}

/** What the entries of a graph's thread hold. The version of an entry is the version of the state whose channels it speaks of. */
export interface GraphEntryData {
  'graph-started': {
    readonly graph: string
    readonly run: RunId
    readonly token: LeaseToken
    readonly update?: ChannelUpdate<ChannelValues>
    readonly next: readonly NextTask[]
  }
  /** Another process, or the same one later, goes on. Tasks that had failed are tried anew. */
  'graph-resumed': { readonly run: RunId; readonly token: LeaseToken }
  /** A graph within begins. */
  'graph-entered': {
    readonly path?: TaskPath
    readonly update?: ChannelUpdate<ChannelValues>
    /** Its first tasks. */
    readonly tasks: readonly NextTask[]
  }
  /** Intent, before anything happens: only of nodes that run `once`. */
  'node-started': { readonly path?: TaskPath; readonly attempt: number }
  'node-finished': StepEnd & {
    readonly path?: TaskPath
    readonly update?: ChannelUpdate<ChannelValues>
  }
  'node-failed': StepEnd & {
    readonly path?: TaskPath
    readonly failure: NodeFailure
    /** What follows: another attempt, the error edge, or nothing. */
    readonly follows: 'retry' | 'handled' | 'failed'
    /** When the next attempt may begin. */
    readonly retryAt?: number
  }
  'node-waiting': { readonly path?: TaskPath; readonly wait: Wait }
  /** A step whose tasks had all ended before is ended: a crash or a faulty route had come in between. */
  'step-finished': StepEnd & { readonly path?: TaskPath; readonly next: readonly NextTask[] }
  /** Nothing more can be done before something comes from outside. Any process may go on. */
  'graph-waiting': { readonly run: RunId; readonly waits: readonly string[] }
  'graph-finished': { readonly run: RunId; readonly outcome: GraphOutcome }
  /** The state is changed by a person or by other code, and where the run stands with it where `next` says so. */
  'channel-updated': { readonly update: ChannelUpdate<ChannelValues>; readonly next?: readonly NextTask[] }
  /** A signal that could not be heeded. */
  'signal-declined': {
    readonly signal: SignalId
    readonly channel: Channel
    readonly kind: string
    readonly data: unknown
    readonly reason: string
  }
  'thread-rewound': { readonly to: Sequence }
  'thread-tagged': { readonly tag: string; readonly at: Sequence; readonly removed?: true }
}

/** The types of a graph's thread. */
export type GraphEntryType = keyof GraphEntryData

/** One entry of a graph's thread, with its data typed. */
export type GraphEntry<Type extends GraphEntryType = GraphEntryType> = {
  [T in Type]: Entry<T, GraphEntryData[T]>
}[Type]
