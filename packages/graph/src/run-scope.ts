import { setImmediate } from 'node:timers/promises'

import type { ScopeState, Task } from './graph-state.ts'
import { type ScopePlace, scopeAt, type Session, taskKey, type TaskPlace } from './session.ts'
import { finishStep } from './settle-task.ts'
import { unknownNode } from './unknown-node.ts'

/** Between so many steps the event loop has its turn. */
const breath = 32

/** How far the run of a graph came. `stuck`: a task waits, failed for good, or the run was cancelled. */
export type ScopeEnd =
  | { readonly type: 'done' }
  | { readonly type: 'stuck' }
  | { readonly type: 'limit'; readonly limit: 'steps' | 'visits'; readonly node: string }

/** Runs a graph, outer or within, step by step, as far as it goes without anything from outside. */
export async function runScope(session: Session, place: ScopePlace): Promise<ScopeEnd> {
  for (;;) {
    const scope = scopeAt(session, place)
    if (scope === undefined) return { type: 'stuck' }
    if (scope.tasks.length === 0) return { type: 'done' }
    const limit = limitOf(place, scope)
    if (limit !== undefined) return limit
    if (session.control.stopping !== undefined || session.abort.signal.aborted) return { type: 'stuck' }
    if (scope.tasks.every(({ status }) => status === 'finished')) await finishStep(session, place)
    else await runStep(session, place, scope)
    // Steps that never wait for anything must leave timers and signals their turn.
    if (scope.step % breath === 0) await setImmediate()
    const after = scopeAt(session, place)
    if (after === undefined || after.step === scope.step) return { type: 'stuck' }
  }
}

/** A bound that stands in the way of the present step. */
function limitOf({ graph, prefix }: ScopePlace, scope: ScopeState): ScopeEnd | undefined {
  const { steps = Infinity, nodes } = graph
  const [first] = scope.tasks
  if (first !== undefined && scope.step - scope.stepsBefore >= steps) {
    return { type: 'limit', limit: 'steps', node: `${prefix}${first.node}` }
  }
  const beyond = scope.tasks.find(
    ({ node, status }) => status === 'open' && (scope.visits[node] ?? 0) > (nodes[node]?.visits ?? Infinity),
  )
  return beyond && { type: 'limit', limit: 'visits', node: `${prefix}${beyond.node}` }
}

async function runStep(session: Session, place: ScopePlace, { tasks }: ScopeState): Promise<void> {
  const open = tasks.flatMap((task, index) =>
    task.status === 'finished' || task.status === 'failed' ? [] : [placeOf(session, place, task, index)],
  )
  const [only] = open
  if (only !== undefined && open.length === 1) return session.runTask(only)
  let following = 0
  async function work(): Promise<void> {
    for (let task = open[following]; task !== undefined; task = open[following]) {
      following += 1
      await endingOthers(session, session.runTask(task))
    }
  }
  await settledAll(Array.from({ length: Math.min(session.concurrency, open.length) }, work))
}

/** What cannot be recorded ends what is under way beside it. */
async function endingOthers({ abort }: Session, work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    abort.abort(error)
    throw error
  }
}

/** Waits for all, then fails as the first that did: nothing goes on behind the back of a run that has failed. */
async function settledAll(works: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(works)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

function placeOf(session: Session, within: ScopePlace, task: Task, index: number): TaskPlace {
  const path = [...within.path, index]
  return {
    within,
    index,
    path,
    // The run was held against the graph when it was opened, and the scheduler knows only declared nodes.
    definition: nodeOf(within, task),
    node: `${within.prefix}${task.node}`,
    key: () => taskKey(session, task.since, path),
  }
}

function nodeOf({ graph }: ScopePlace, { node }: Task): TaskPlace['definition'] {
  const definition = graph.nodes[node]
  if (definition !== undefined) return definition
  throw unknownNode(graph.name, node)
}
