import { createHash } from 'node:crypto'

import type { OpenThread } from '@keepup/checkpoint'
import {
  type Actor,
  type CallKey,
  type Checkpointer,
  type Clock,
  joinLabels,
  type Label,
  type LabelTable,
  type Milliseconds,
  type NewId,
  type Sequence,
  type SignalId,
} from '@keepup/core'

import type { TaskPath } from './graph-entries.ts'
import type { LiveGraphEvent } from './graph-event.ts'
import type { GraphState, ScopeState, Task } from './graph-state.ts'
import type { Graph } from './graph.ts'
import type { Journal } from './journal.ts'
import type { NodeFailure } from './node-failure.ts'
import type { NodeDefinition } from './node.ts'

/** One process at work on one graph thread: what the steps of a run share. */
export interface Session {
  readonly graph: Graph
  readonly checkpointer: Checkpointer
  readonly thread: OpenThread<GraphState>
  readonly journal: Journal
  readonly clock: Clock
  readonly newId: NewId
  readonly random: () => number
  /** Aborted on a cancel and on a lost lease: whatever is under way ends. */
  abort: AbortController
  /** How many tasks run at once. */
  readonly concurrency: number
  /** Runs one task: see `runTask`. */
  readonly runTask: (place: TaskPlace) => Promise<void>
  /** Announces a live event of a node. */
  readonly show: (scope: string, event: UnplacedEvent) => void
  /** Routes that could not say where to go: the run ends as failed. */
  readonly faults: NodeFailure[]
  /** What was asked for from outside. */
  readonly control: Control
  /** Signals that staged entries account for. */
  readonly taken: Set<SignalId>
  /** Looks at signals and takes them one at a time: two takers at once would both take the head. */
  readonly alone: <T>(body: () => Promise<T>) => Promise<T>
  /** Whether a run that waits stays, and how often it looks then. */
  readonly stays: boolean
  readonly poll: Milliseconds
}

/** What was asked for from outside while a run went on. */
export interface Control {
  /** No further step is to begin: the run ends as `stopped`. */
  stopping?: Asked
  /** What is under way was aborted: the run ends as `interrupted`. */
  interrupting?: Asked
  /** What is under way was aborted: the run goes on from there. */
  rewinding?: Asked & { readonly to: Sequence }
}

/** Who asked for something, and why. */
export interface Asked {
  readonly by: Actor
  readonly reason: string
  /** The signal, where it came by one. */
  readonly signal?: SignalId
}

type Unplaced<Event> = Event extends LiveGraphEvent
  ? Omit<Event, 'after' | 'live' | 'scope' | 'thread'>
  : never

/** A live event without its place. */
export type UnplacedEvent = Unplaced<LiveGraphEvent>

/** A place in a run: a graph, outer or within, and where its run is found. */
export interface ScopePlace {
  readonly graph: Graph
  /** The task around it; empty for the outer graph. */
  readonly path: TaskPath
  /** The names of the nodes around it, each followed by `/`. */
  readonly prefix: string
}

/** A task of a step. */
export interface TaskPlace {
  readonly within: ScopePlace
  readonly index: number
  readonly path: TaskPath
  readonly definition: NodeDefinition
  /** The name of the node, after those of the graphs that it is in. */
  readonly node: string
  /** Names the task for ever: see `NodeContext.key`. */
  readonly key: () => string
}

/** The run of the graph at a place, everything staged included. */
export function scopeAt(session: Session, { path }: ScopePlace): ScopeState | undefined {
  let scope: ScopeState | undefined = session.journal.state
  for (const index of path) scope = scope?.tasks[index]?.inner
  return scope
}

/** The task at a place. */
export function taskAt(session: Session, { within, index }: TaskPlace): Task | undefined {
  return scopeAt(session, within)?.tasks[index]
}

/** H(thread, the entry that scheduled the task, its place): another one where a rewind led back to the task. */
export function taskKey({ thread, journal }: Session, since: Sequence, path: TaskPath): CallKey {
  const { rewound = 0 } = journal.state
  const again = rewound > since ? [rewound] : []
  return createHash('sha256')
    .update(JSON.stringify([thread.thread, since, path, ...again]))
    .digest('hex')
}

/** The header and data fields that say where an entry belongs. */
export function addressOf({ path, node }: Pick<TaskPlace, 'node' | 'path'>): {
  readonly data: { readonly path?: TaskPath }
  readonly header: { readonly scope: string }
} {
  const isFirst = path.length === 1 && path[0] === 0
  return { data: isFirst ? {} : { path }, header: { scope: node.slice(-200) } }
}

const tables = new WeakMap<Label, LabelTable>()

/** The labels of content that a node made of the state, and of what it brought from outside. */
export function labelsOf({ journal }: Session, { definition, node }: TaskPlace, brought?: Label): LabelTable {
  let label = journal.state.exposure
  const { produces } = definition
  // The label of an update is one for all of its channels: that of its least trusted part.
  for (const integrity of produces === undefined
    ? []
    : [produces.default, ...Object.values(produces.leaves ?? {})]) {
    label = joinLabels(label, {
      integrity,
      sources: [produces?.source ?? `node:${node}`],
      readers: 'anyone',
      confidential: produces?.confidential ?? false,
    })
  }
  if (brought !== undefined) label = joinLabels(label, brought)
  let table = tables.get(label)
  if (table === undefined) tables.set(label, (table = { default: label }))
  return table
}
