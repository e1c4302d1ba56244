import { checkUpdate } from './check-value.ts'
import { checkedUpdate } from './checked-update.ts'
import { failureOf } from './failure-of.ts'
import { nodeContext } from './node-context.ts'
import type { NodeFailure } from './node-failure.ts'
import type { SubgraphNode } from './node.ts'
import { runScope } from './run-scope.ts'
import {
  addressOf,
  labelsOf,
  scopeAt,
  type ScopePlace,
  type Session,
  taskAt,
  type TaskPlace,
} from './session.ts'
import { hasErrorEdge, settleTask, type Settled } from './settle-task.ts'

type SubgraphPlace = TaskPlace & { readonly definition: SubgraphNode }

/** Runs a graph within, in the same thread: enters it, goes through its steps, and makes an update of its state. */
export async function runSubgraph(session: Session, place: SubgraphPlace): Promise<void> {
  const failure = taskAt(session, place)?.inner === undefined ? await enter(session, place) : undefined
  if (failure !== undefined) return settleTask(session, place, { failure })
  const within: ScopePlace = { graph: place.definition.graph, path: place.path, prefix: `${place.node}/` }
  const ended = await runScope(session, within)
  if (ended.type === 'done') return settleTask(session, place, await result(session, place))
  if (ended.type === 'limit') {
    const message = `Graph ${within.graph.name} came to its bound of ${ended.limit} at node ${ended.node}`
    return settleTask(session, place, {
      failure: { node: place.node, kind: 'limit-reached', message, attempt: 1 },
    })
  }
  const inner = innerFailure(session, place)
  if (inner !== undefined && hasErrorEdge(place)) return settleTask(session, place, { failure: inner })
}

/** Stages the beginning: it is committed with the first thing that happens within. */
async function enter(session: Session, place: SubgraphPlace): Promise<NodeFailure | undefined> {
  const scope = scopeAt(session, place.within)
  if (scope === undefined) return undefined
  const { graph } = place.definition
  try {
    const made = place.definition.enter(scope.values, nodeContext(session, place, 1, session.abort.signal))
    const checked = await checkUpdate(graph.state, made)
    if ('misfit' in checked) {
      const { channel, message } = checked.misfit
      return {
        node: place.node,
        kind: 'input-invalid',
        ...checked.misfit,
        message: `What graph ${graph.name} is entered with does not fit${channel === undefined ? '' : ` in channel ${channel}`}: ${message}`,
        attempt: 1,
      }
    }
    const { data, header } = addressOf(place)
    const more = { ...header, version: graph.state.version, labels: labelsOf(session, place) }
    session.journal.stage('graph-entered', { ...data, update: checked.value, tasks: graph.entry }, more)
    return undefined
  } catch (error) {
    return failureOf(place.node, error, 1)
  }
}

async function result(session: Session, place: SubgraphPlace): Promise<Settled> {
  const scope = scopeAt(session, place.within)
  const inner = taskAt(session, place)?.inner
  if (scope === undefined || inner === undefined) return {}
  try {
    const context = nodeContext(session, place, 1, session.abort.signal)
    return await checkedUpdate(place, place.definition.update(inner.values, scope.values, context), 1)
  } catch (error) {
    return { failure: failureOf(place.node, error, 1) }
  }
}

/** The failure that a graph within cannot get over, once nothing else of it waits. */
function innerFailure(session: Session, place: TaskPlace): NodeFailure | undefined {
  const tasks = taskAt(session, place)?.inner?.tasks ?? []
  if (tasks.some(({ status }) => status !== 'failed' && status !== 'finished')) return undefined
  return tasks.find(({ status }) => status === 'failed')?.failure
}
