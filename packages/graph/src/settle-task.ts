import { type Label, type SignalId } from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from './channel.ts'
import { checkSends } from './check-sends.ts'
import { completed } from './completed.ts'
import { failureOf } from './failure-of.ts'
import type { StepEnd } from './graph-entries.ts'
import type { ScopeState, Task, Wait } from './graph-state.ts'
import { joinTasks } from './join-tasks.ts'
import type { DraftHeader } from './journal.ts'
import { nextTasks } from './next-tasks.ts'
import type { NodeFailure } from './node-failure.ts'
import {
  addressOf,
  labelsOf,
  type ScopePlace,
  scopeAt,
  type Session,
  taskAt,
  type TaskPlace,
} from './session.ts'

/** What a task came to. */
export interface Settled {
  readonly update?: ChannelUpdate<ChannelValues>
  readonly failure?: NodeFailure
  /** It waits instead. */
  readonly wait?: Wait
  /** Who else caused it: an answer. */
  readonly answer?: { readonly by: string; readonly signal: SignalId; readonly label: Label }
  /** The label of what was brought from outside. */
  readonly label?: Label
}

/** Records the end of a task, and of the step where it was the last. The updates of all are then joined, and the next step begins. */
export async function settleTask(session: Session, place: TaskPlace, settled: Settled): Promise<void> {
  const scope = scopeAt(session, place.within)
  const task = taskAt(session, place)
  if (scope === undefined || task === undefined) return
  const isHandled = settled.failure === undefined || hasErrorEdge(place)
  const foreseen = foresee(scope, place.index, settled, isHandled)
  // Between here and the entry nothing else of this step can end: all the others have.
  const stepEnd = foreseen === undefined ? {} : await endOf(session, place.within, foreseen)
  const { data, header } = addressOf(place)
  const version = place.within.graph.state.version
  const more: DraftHeader = { ...header, version, ...headerOf(session, place, settled) }
  if (settled.failure === undefined) {
    const update = hasChannels(settled.update) ? { update: settled.update } : {}
    session.journal.stage('node-finished', { ...data, ...update, ...stepEnd }, more)
  } else {
    const follows = isHandled ? 'handled' : 'failed'
    session.journal.stage('node-failed', { ...data, failure: settled.failure, follows, ...stepEnd }, more)
  }
  await afterStep(session, place.within, stepEnd)
}

/** Ends a step whose tasks had all ended before. */
export async function finishStep(session: Session, place: ScopePlace): Promise<void> {
  const scope = scopeAt(session, place)
  if (scope === undefined) return
  const stepEnd = await endOf(session, place, scope)
  const { next } = stepEnd
  if (next === undefined) return
  const path = place.path.length === 0 ? {} : { path: [...place.path, 0] }
  session.journal.stage(
    'step-finished',
    { ...path, ...stepEnd, next },
    { version: place.graph.state.version },
  )
  await afterStep(session, place, stepEnd)
}

/** Whether an error edge leads on from a node. */
export function hasErrorEdge({ within, node }: TaskPlace): boolean {
  const name = node.slice(within.prefix.length)
  return (within.graph.edgesFrom.get(name) ?? []).some(({ type }) => type === 'error')
}

/** The run with this task ended, where that ends the step. */
function foresee(
  scope: ScopeState,
  index: number,
  { update, failure }: Settled,
  isHandled: boolean,
): ScopeState | undefined {
  const isLast = scope.tasks.every((task, at) => at === index || task.status === 'finished')
  const task = scope.tasks[index]
  if (!isLast || !isHandled || task === undefined) return undefined
  const ended: Task = {
    ...task,
    status: 'finished',
    ...(update === undefined ? {} : { update }),
    ...(failure === undefined ? {} : { failure }),
  }
  return { ...scope, tasks: scope.tasks.with(index, ended) }
}

/** What ends the step. Nothing where a route is at fault: the work is kept, and the run fails. */
async function endOf(session: Session, { graph, prefix }: ScopePlace, scope: ScopeState): Promise<StepEnd> {
  try {
    const values = joinTasks(graph.state, scope.values, scope.tasks)
    const scheduled = nextTasks(graph, scope, values)
    return { ...scheduled, next: await checkSends(graph, scheduled.next) }
  } catch (error) {
    const names = scope.tasks.map(({ node }) => node)
    session.faults.push(failureOf(`${prefix}${[...new Set(names)].join('+')}`, error, 1))
    return {}
  }
}

function hasChannels(update: Settled['update']): update is ChannelUpdate<ChannelValues> {
  if (update === undefined) return false
  for (const _ in update) return true
  return false
}

function headerOf(session: Session, place: TaskPlace, { answer, label }: Settled): DraftHeader {
  const labels = labelsOf(session, place, answer?.label ?? label)
  return answer === undefined
    ? { labels }
    : { labels, by: answer.by, cause: answer.signal, takes: answer.signal }
}

/** Commits, unless the entry that follows at once belongs to the same commit. */
async function afterStep(session: Session, place: ScopePlace, { next }: StepEnd): Promise<void> {
  const { journal } = session
  if (next !== undefined) announceState(session, place)
  if (next?.length === 0) {
    // The graph around it goes on with the result.
    if (place.path.length > 0) return
    journal.stage('graph-finished', { run: journal.state.run ?? '', outcome: completed(journal.state) })
    return journal.flush('power')
  }
  await journal.flush()
}

function announceState(session: Session, place: ScopePlace): void {
  const scope = scopeAt(session, place)
  if (scope === undefined) return
  const { step, values } = scope
  session.show(place.prefix.slice(0, -1), { type: 'state-changed', step, values })
}
