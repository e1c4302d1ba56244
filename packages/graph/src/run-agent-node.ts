import {
  type AgentEvent,
  joinTable,
  KeepupError,
  type Label,
  type RunRequest,
  type ThreadId,
  trustedLabel,
} from '@keepup/core'

import type { ChannelValues } from './channel.ts'
import { checkedUpdate } from './checked-update.ts'
import type { LabelledResult } from './labelled-result.ts'
import type { AgentNode, NodeContext } from './node.ts'
import { readAgentResult, seen } from './read-agent-result.ts'
import { runAttempts } from './run-attempts.ts'
import { labelsOf, type Session, type TaskPlace } from './session.ts'
import type { Settled } from './settle-task.ts'

type AgentPlace = TaskPlace & { readonly definition: AgentNode }

/** Runs an agent in a thread whose id follows from the task: what it had done before a crash is read or gone on with, never done again. */
export function runAgentNode(session: Session, place: AgentPlace): Promise<void> {
  async function attempt(values: ChannelValues, context: NodeContext): Promise<Settled> {
    const thread = childThread(session.thread.thread, place)
    const earlier = await readAgentResult(session.checkpointer, thread)
    const followed =
      earlier ?? (await follow(session, place, requestOf(session, place, values, context, thread)))
    if ('waiting' in followed) return { wait: { id: thread, for: 'agent', thread } }
    return resultOf(place, followed, values, context)
  }
  return runAttempts(session, place, attempt, 'until-ended')
}

function requestOf(
  session: Session,
  place: AgentPlace,
  values: ChannelValues,
  context: NodeContext,
  thread: ThreadId,
): RunRequest {
  const { definition } = place
  const { limits, mode, unattended = 'wait' } = definition
  return {
    thread,
    input: definition.prompt(values, context),
    // Told twice, it is heard once.
    inputId: `${thread.slice(0, 190)}/prompt`,
    // It was made of the state, and is as far to be trusted as that.
    label: joinTable(labelsOf(session, place)),
    unattended,
    signal: context.signal,
    ...(limits === undefined ? {} : { limits }),
    ...(mode === undefined ? {} : { mode }),
  }
}

async function follow(
  session: Session,
  { definition, node }: AgentPlace,
  request: RunRequest,
): Promise<LabelledResult | { readonly waiting: true }> {
  let last: AgentEvent | undefined
  let label: Label = trustedLabel
  for await (const event of definition.agent(request)) {
    session.show(node, { type: 'agent-streamed', event })
    if ('live' in event) continue
    last = event
    label = seen(label, event)
  }
  if (last?.type === 'run-waiting') return { waiting: true }
  if (last?.type !== 'run-finished') {
    throw new KeepupError('internal', `The agent of node ${node} ended without saying how. Run it again.`)
  }
  const { outcome, text, turns, usage, cost } = last.data
  return { result: { thread: request.thread, outcome, text, turns, usage, cost }, label }
}

async function resultOf(
  place: AgentPlace,
  { result, label }: LabelledResult,
  values: ChannelValues,
  context: NodeContext,
): Promise<Settled> {
  const { outcome } = result
  if (outcome.type === 'failed' || outcome.type === 'interrupted') {
    const message = outcome.type === 'failed' ? outcome.message : outcome.reason
    const failure = {
      node: place.node,
      kind: 'agent-failed',
      message:
        `The agent of node ${place.node} (thread ${result.thread}) ${outcome.type === 'failed' ? 'failed' : 'was interrupted'}: ${message}`.slice(
          0,
          2_000,
        ),
      attempt: context.attempt,
      ...(outcome.type === 'failed' ? { code: outcome.code } : {}),
    } as const
    return { failure }
  }
  const settled = await checkedUpdate(
    place,
    place.definition.update(result, values, context),
    context.attempt,
  )
  return { ...settled, label }
}

/** The thread of an agent: readable, and another one for every task, also on a fork. */
function childThread(thread: ThreadId, { node, key }: TaskPlace): ThreadId {
  return `${thread.slice(0, 100).toWellFormed()}/${node.slice(-60)}/${key().slice(0, 24)}`
}
