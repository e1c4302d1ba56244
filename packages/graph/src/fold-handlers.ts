import type { Entry } from '@keepup/core'

import type { ChannelValues } from './channel.ts'
import type { StateDefinition } from './define-state.ts'
import type { GraphEntry, GraphEntryData, GraphEntryType, StepEnd, TaskPath } from './graph-entries.ts'
import type { GraphState, NextTask, ScopeState, Task } from './graph-state.ts'
import type { GraphParts } from './graph.ts'
import { joinTasks } from './join-tasks.ts'
import { initialValues, joinUpdate, presentUpdate } from './join-update.ts'

/** What each type of entry does to a state. */
export type EntryHandlers = {
  readonly [Type in GraphEntryType]: (state: GraphState, entry: GraphEntry<Type>) => GraphState
}

/** Whether an entry is one of a graph's. */
export function isGraphEntry(handlers: object, entry: Entry): entry is GraphEntry {
  return Object.hasOwn(handlers, entry.type)
}

/** The handlers of a graph, of the graphs within as well. */
export function scopeHandlers(graph: GraphParts): EntryHandlers {
  return {
    'graph-started': ({ outcome: _, ...state }, entry) => ({
      ...state,
      ...begun(
        joinUpdate(graph.state, state.values, presentUpdate(graph.state, entry.data.update, entry)),
        entry,
        entry.data.next,
      ),
      status: 'running',
      run: entry.data.run,
    }),
    'graph-resumed': ({ outcome, ...state }, { data }) => ({
      ...state,
      // A bound that was reached counts anew.
      ...(outcome?.type === 'limit-reached' ? { visits: {}, stepsBefore: state.step } : {}),
      status: 'running',
      run: data.run,
      tasks: state.tasks.map(reopened),
    }),
    'graph-entered': (state, entry) =>
      changeTask(graph, state, entry, (task, _, within) =>
        within === undefined ? task : { ...task, inner: entered(within, entry) },
      ),
    'node-started': (state, entry) =>
      changeTask(graph, state, entry, (task) => ({
        ...without(task, 'retryAt'),
        status: 'begun',
        intended: true,
      })),
    'node-finished': (state, entry) =>
      changeTask(graph, state, entry, (task, within) => ({
        ...without(task, 'inner', 'wait', 'retryAt'),
        status: 'finished',
        ...finishedWith(within, entry),
      })),
    'node-failed': (state, entry) => changeTask(graph, state, entry, (task) => failed(task, entry.data)),
    'node-waiting': (state, entry) =>
      changeTask(graph, state, entry, (task) => ({ ...task, status: 'waiting', wait: entry.data.wait })),
    'step-finished': (state, entry) =>
      changeScope(graph, state, scopePath(entry.data.path), (scope, within) =>
        endStep(within.state, scope, entry, entry.data),
      ),
    'graph-waiting': (state) => ({ ...state, status: 'waiting' }),
    'graph-finished': (state, { data }) => ({ ...state, status: 'finished', outcome: data.outcome }),
    'channel-updated': (state, entry) => ({
      ...state,
      values: joinUpdate(graph.state, state.values, presentUpdate(graph.state, entry.data.update, entry)),
      ...(entry.data.next === undefined ? {} : { tasks: entry.data.next.map((next) => toTask(next, entry)) }),
    }),
    'signal-declined': (state) => state,
    // The state is the one that it led back to.
    'thread-rewound': (state, { sequence }) => ({ ...state, rewound: sequence }),
    'thread-tagged': (state) => state,
  }
}

function entered(graph: GraphParts, entry: GraphEntry<'graph-entered'>): ScopeState {
  const update = presentUpdate(graph.state, entry.data.update, entry)
  return begun(joinUpdate(graph.state, initialValues(graph.state), update), entry, entry.data.tasks)
}

function finishedWith(graph: GraphParts, entry: GraphEntry<'node-finished'>): Pick<Task, 'update'> {
  const update = presentUpdate(graph.state, entry.data.update, entry)
  return update === undefined ? {} : { update }
}

/** A run, or the run of a graph within, at its beginning. */
function begun(values: ChannelValues, entry: Entry, next: readonly NextTask[]): ScopeState {
  return {
    values,
    step: 0,
    stepsBefore: 0,
    tasks: next.map((task) => toTask(task, entry)),
    visits: counted({}, next),
    held: { joins: {}, deferred: [] },
  }
}

function toTask(next: NextTask, { sequence: since }: Entry): Task {
  return typeof next === 'string'
    ? { node: next, since, status: 'open', attempts: 0 }
    : { ...next, since, status: 'open', attempts: 0 }
}

function counted(
  visits: Readonly<Record<string, number>>,
  next: readonly NextTask[],
): Record<string, number> {
  const count = { ...visits }
  for (const task of next) {
    const node = typeof task === 'string' ? task : task.node
    count[node] = (count[node] ?? 0) + 1
  }
  return count
}

/** A task that had failed, or whose graph within had such tasks, is tried anew. */
function reopened(task: Task): Task {
  if (task.inner !== undefined && task.status === 'open') {
    return { ...task, inner: { ...task.inner, tasks: task.inner.tasks.map(reopened) } }
  }
  if (task.status !== 'failed') return task
  const status = task.intended === true ? 'begun' : 'open'
  return { ...without(task, 'failure', 'retryAt'), status, attempts: 0 }
}

function failed(task: Task, { failure, follows, retryAt }: GraphEntryData['node-failed']): Task {
  if (follows === 'retry') {
    return {
      ...without(task, 'intended', 'wait'),
      status: 'open',
      attempts: task.attempts + 1,
      ...(retryAt === undefined ? {} : { retryAt }),
    }
  }
  return { ...without(task, 'wait', 'inner'), status: follows === 'handled' ? 'finished' : 'failed', failure }
}

/** Changes one task, and ends the step where the entry does. */
function changeTask(
  graph: GraphParts,
  state: GraphState,
  entry: Entry<string, StepEnd & { readonly path?: TaskPath }>,
  change: (task: Task, within: GraphParts, inner: GraphParts | undefined) => Task,
): GraphState {
  const path = entry.data.path ?? first
  const index = path.at(-1) ?? 0
  // A run that waited goes on.
  const running = state.status === 'waiting' ? { ...state, status: 'running' as const } : state
  return changeScope(graph, running, scopePath(path), (scope, within) => {
    const task = scope.tasks[index]
    if (task === undefined) return scope
    const tasks = scope.tasks.with(index, change(task, within, graphOf(within, task)))
    return endStep(within.state, { ...scope, tasks }, entry, entry.data)
  })
}

const first: TaskPath = [0]

/** The path of the task around a task: nothing for one of the outer graph. */
function scopePath(path: TaskPath = first): TaskPath {
  return path.length < 2 ? [] : path.slice(0, -1)
}

/** Changes the run of the graph that a path leads to. */
function changeScope<Scope extends ScopeState>(
  graph: GraphParts,
  scope: Scope,
  path: TaskPath,
  change: (scope: ScopeState, within: GraphParts) => ScopeState,
): Scope {
  const [index, ...rest] = path
  // A change of a scope keeps what else the outermost one has.
  if (index === undefined) return { ...scope, ...change(scope, graph) }
  const task = scope.tasks[index]
  const within = task === undefined ? undefined : graphOf(graph, task)
  if (task?.inner === undefined || within === undefined) return scope
  const inner = changeScope(within, task.inner, rest, change)
  return { ...scope, tasks: scope.tasks.with(index, { ...task, inner }) }
}

function graphOf(graph: GraphParts, task: Task): GraphParts | undefined {
  const node = graph.nodes[task.node]
  return node?.kind === 'graph' ? node.graph : undefined
}

/** Joins the updates of a step in declared order and schedules the next one, where the entry says so. */
function endStep(
  state: StateDefinition,
  scope: ScopeState,
  entry: Entry,
  { next, held }: StepEnd,
): ScopeState {
  if (next === undefined) return scope
  return {
    ...scope,
    values: joinTasks(state, scope.values, scope.tasks),
    step: scope.step + 1,
    tasks: next.map((task) => toTask(task, entry)),
    visits: counted(scope.visits, next),
    held: held ?? scope.held,
  }
}

function without(
  task: Task,
  ...fields: readonly ('failure' | 'inner' | 'intended' | 'retryAt' | 'wait')[]
): Task {
  const copy: Record<string, unknown> = { ...task }
  for (const field of fields) delete copy[field]
  // Only fields that a task may lack were taken.
  return copy as unknown as Task
}
