import {
  type AgentCard,
  type Message,
  type SendMessageRequest,
  type StreamResponse,
  type Task,
  TaskState,
} from '@a2a-js/sdk'
import {
  ExtendedAgentCardNotConfiguredError,
  TaskNotCancelableError,
  UnsupportedOperationError,
} from '@a2a-js/sdk/errors'
import type { A2ARequestHandler, ServerCallContext } from '@a2a-js/sdk/server'

import { taskEvent } from '../../task/task-events.ts'
import { goneOf } from './caller-user.ts'
import type { HandlerParts } from './handler-parts.ts'
import { withHistoryLength } from './history-length.ts'
import { createListTasks } from './list-tasks.ts'
import { pushOperations } from './push-operations.ts'
import { acceptMessage, type AcceptedMessage, findTask } from './send-message.ts'
import { followEvents, giveEvent, lastSeen } from './task-stream.ts'

/**
 * The operations of A2A 1.0 over the logs of tasks: whatever binding a request came by, from whichever process. Streams are read from the log, so that they go on where
 * they were cut; a message that is sent again is not done again.
 */
export function createRequestHandler(parts: HandlerParts): A2ARequestHandler {
  const { card, journal } = parts
  const listTasks = createListTasks(journal)
  return {
    getAgentCard: () => Promise.resolve(card()),
    getAuthenticatedExtendedAgentCard: (_request, context) => extendedCard(parts, context),
    async sendMessage(request, context) {
      const accepted = await acceptMessage(parts, request, context)
      return answerOf(parts, request, accepted, context)
    },
    async *sendMessageStream(request, context) {
      requireStreaming(card())
      const accepted = await acceptMessage(parts, request, context)
      yield* streamOf(parts, request, accepted, context)
    },
    async getTask({ id, historyLength }, context) {
      const { task } = await findTask(parts, id, context)
      return withHistoryLength(task, historyLength)
    },
    listTasks,
    cancelTask: ({ id }, context) => cancelTask(parts, id, context),
    async *resubscribe({ id }, context) {
      requireStreaming(card())
      yield* subscribe(parts, id, context)
    },
    ...pushOperations(parts),
  }
}

async function extendedCard(
  { card, extendedCard: given }: HandlerParts,
  context: ServerCallContext,
): Promise<AgentCard> {
  if (card().capabilities?.extendedAgentCard !== true)
    throw new UnsupportedOperationError('This agent has no other card for those it knows.')
  if (given === undefined) throw new ExtendedAgentCardNotConfiguredError()
  return given(context)
}

function requireStreaming({ capabilities }: AgentCard): void {
  if (capabilities?.streaming !== true)
    throw new UnsupportedOperationError('This agent does not stream. Use SendMessage and GetTask.')
}

/** Waits until the agent took account of the message: it ended, waits, or answered without a task. */
async function answerOf(
  { journal }: HandlerParts,
  { configuration }: SendMessageRequest,
  { thread, number, place }: AcceptedMessage,
  context: ServerCallContext,
): Promise<Message | Task> {
  const signal = goneOf(context)
  let { facts } = await journal.read(thread, place)
  const task = facts.task
  if (task === undefined) throw new UnsupportedOperationError('The task is not there any more.')
  if (configuration?.returnImmediately !== true) {
    const order = { thread, task, after: place, signal, until: number }
    for await (const { response } of followEvents(journal, order)) {
      if (isAuthRequired(response)) break
    }
    signal.throwIfAborted()
  }
  facts = (await journal.read(thread)).facts
  return facts.reply ?? withHistoryLength(facts.task ?? task, configuration?.historyLength)
}

/** Whoever waits for a blocking answer gets it, and brings what is missing by another way. */
function isAuthRequired({ payload }: StreamResponse): boolean {
  return (
    payload?.$case === 'statusUpdate' && payload.value.status?.state === TaskState.TASK_STATE_AUTH_REQUIRED
  )
}

/** The task, then what happened since the message; or the message alone that the agent answered with. */
async function* streamOf(
  { journal }: HandlerParts,
  { configuration }: SendMessageRequest,
  { thread, number, place }: AcceptedMessage,
  context: ServerCallContext,
): AsyncGenerator<StreamResponse, void> {
  const { task } = (await journal.read(thread, place)).facts
  if (task === undefined) throw new UnsupportedOperationError('The task is not there any more.')
  const first = taskEvent(withHistoryLength(task, configuration?.historyLength), place, false)
  let begun = false
  const order = { thread, task, after: place, signal: goneOf(context), until: number }
  for await (const event of followEvents(journal, order)) {
    if (!begun && event.response.payload?.$case !== 'message') yield giveEvent(first, context)
    begun = true
    yield giveEvent(event, context)
  }
}

/**
 * The task, then what happens; where the client says which event it saw last, the task as it stood then and everything since, also of one that has ended. Without that,
 * one that has ended cannot be subscribed to (A2A 1.0, 3.1.6).
 */
async function* subscribe(
  parts: HandlerParts,
  id: string,
  context: ServerCallContext,
): AsyncGenerator<StreamResponse, void> {
  const { journal, runner } = parts
  const { thread, facts, task, head } = await findTask(parts, id, context)
  const seen = lastSeen(context)
  if (facts.ended && seen === undefined)
    throw new UnsupportedOperationError(`Task ${id} has ended. Read it with GetTask.`)
  runner.wake(thread)
  const place = Math.min(seen ?? head, head)
  const before = seen === undefined ? task : (await journal.read(thread, place)).facts.task
  yield giveEvent(taskEvent(before ?? task, place, false), context)
  if (facts.ended && place >= facts.news) return
  for await (const event of followEvents(journal, { thread, task, after: place, signal: goneOf(context) }))
    yield giveEvent(event, context)
}

/** Cancels, and resolves once that is so. A task that was cancelled before stays so; one that ended otherwise fails `TaskNotCancelableError`. */
async function cancelTask(parts: HandlerParts, id: string, context: ServerCallContext): Promise<Task> {
  const { journal, runner } = parts
  const { thread, facts, task, head } = await findTask(parts, id, context)
  if (!facts.ended) {
    await journal.append(thread, [{ type: 'a2a/cancel-requested', data: {}, id: 'cancel' }])
    runner.wake(thread)
    const order = { thread, task, after: head, signal: goneOf(context) }
    for await (const { ends } of followEvents(journal, order)) if (ends) break
    goneOf(context).throwIfAborted()
  }
  const { task: ended = task } = (await journal.read(thread)).facts
  if (ended.status?.state === TaskState.TASK_STATE_CANCELED) return ended
  throw new TaskNotCancelableError(`Task ${id} has ended before it could be cancelled.`)
}
