import type {
  Actor,
  Checkpointer,
  Clock,
  Label,
  Milliseconds,
  NewId,
  Owner,
  RunId,
  ThreadId,
} from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from './channel.ts'
import type { Graph, NodeTypeMap } from './graph.ts'

/** What running a graph's thread takes. */
export interface ResumeOptions<
  Values extends ChannelValues = ChannelValues,
  Nodes extends NodeTypeMap = NodeTypeMap,
> {
  readonly graph: Graph<Values, Nodes>
  readonly checkpointer: Checkpointer
  readonly thread: ThreadId
  readonly clock?: Clock
  readonly newId?: NewId
  /** Chance, in [0, 1): for the jitter of retries and for nodes. */
  readonly random?: () => number
  readonly owner?: Owner
  /** How long the lease lasts without renewal; 30,000 when left out. */
  readonly leaseTtl?: Milliseconds
  /** A snapshot is written after so many entries at the earliest; 512 when left out, 0 for never. */
  readonly snapshotAfter?: number
  /** Interrupts the run: what is under way is aborted, and the run ends with outcome `interrupted`. It can be gone on with. */
  readonly signal?: AbortSignal
  /** How many tasks of a step run at once; all when left out. */
  readonly concurrency?: number
  /** Whether a run that waits ends with `graph-waiting`, to be resumed by any process, or stays; `return` when left out. */
  readonly waiting?: 'return' | 'stay'
  /** How often signals are looked for while something is under way; 250 when left out. */
  readonly poll?: Milliseconds
}

/** What starting a run takes. */
export interface RunOptions<
  Values extends ChannelValues = ChannelValues,
  Nodes extends NodeTypeMap = NodeTypeMap,
> extends ResumeOptions<Values, Nodes> {
  /** Joined to the state before the first step. */
  readonly input?: ChannelUpdate<Values>
  /** Who gives it; `user` when left out. */
  readonly by?: Actor
  /** What is known of it; trusted as what `by` says when left out. */
  readonly label?: Label
  /** Names the run: starting the same one twice is one run, which the second call goes on with. */
  readonly run?: RunId
}
