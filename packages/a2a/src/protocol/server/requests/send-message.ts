import { Message, type SendMessageRequest, type Task } from '@a2a-js/sdk'
import {
  PushNotificationNotSupportedError,
  TaskNotFoundError,
  UnsupportedOperationError,
} from '@a2a-js/sdk/errors'
import type { ServerCallContext } from '@a2a-js/sdk/server'
import type { Sequence, ThreadId } from '@keepup/core'

import { peerLabel } from '../../task/peer-label.ts'
import type { NewTaskEntry } from '../../task/task-entries.ts'
import type { TaskFacts } from '../../task/task-state.ts'
import { digest, taskFor, taskThread } from '../../task/task-thread.ts'
import { asJson } from '../agent/open-turn.ts'
import { pushEntry } from '../push/push-target.ts'
import { scopeOf } from './caller-user.ts'
import { checkMessage, malformed } from './check-message.ts'
import type { HandlerParts } from './handler-parts.ts'

/** A message that is in the log, and where its events begin. */
export interface AcceptedMessage {
  readonly thread: ThreadId
  /** Its number in its task, from 1. */
  readonly number: number
  /** Where it stands in the log. */
  readonly place: Sequence
}

/** Puts a message into the log of its task, once however often it is sent, and has the agent look at it. */
export async function acceptMessage(
  parts: HandlerParts,
  { message: given, configuration }: SendMessageRequest,
  context: ServerCallContext,
): Promise<AcceptedMessage> {
  const message = checkMessage(given, parts.card(), context)
  const push = configuration?.taskPushNotificationConfig
  if (push !== undefined && parts.card().capabilities?.pushNotifications !== true)
    throw new PushNotificationNotSupportedError()
  const config = push === undefined ? [] : [pushEntry(parts, push, context)]
  const accepted =
    message.taskId === ''
      ? await submit(parts, message, config, context)
      : await goOn(parts, message, config, context)
  parts.runner.wake(accepted.thread)
  return accepted
}

async function submit(
  parts: HandlerParts,
  message: Message,
  config: readonly NewTaskEntry[],
  context: ServerCallContext,
): Promise<AcceptedMessage> {
  const { journal, newId } = parts
  const scope = scopeOf(context)
  const isRepetition = parts.isRepetition?.(message) ?? true
  const task = isRepetition ? taskFor(scope, message.messageId) : digest(newId()).slice(0, 32)
  const thread = taskThread(scope, task) ?? ''
  const contextId = message.contextId || `context-${task}`
  const data = {
    task,
    contextId,
    ...scope,
    wire: context.requestedVersion,
    message: asJson(Message.toJSON({ ...message, contextId, taskId: task })),
    timestamp: journal.timestamp(),
  }
  const labels = { default: peerLabel(scope.caller) }
  await journal.create(thread, [{ type: 'a2a/task-submitted', data, labels }, ...config])
  return { thread, number: 1, place: 1 }
}

async function goOn(
  parts: HandlerParts,
  message: Message,
  config: readonly NewTaskEntry[],
  context: ServerCallContext,
): Promise<AcceptedMessage> {
  const { journal } = parts
  const { thread, facts, task } = await findTask(parts, message.taskId, context)
  const isRepetition = parts.isRepetition?.(message) ?? true
  const known = isRepetition ? placeOf(facts, message) : undefined
  if (known !== undefined) return { thread, ...known }
  if (facts.ended) throw endedMeanwhile(task)
  if (message.contextId !== '' && message.contextId !== task.contextId)
    throw malformed(`message.contextId is not that of task ${task.id}`)
  const { caller } = scopeOf(context)
  const data = { message: asJson(Message.toJSON({ ...message, contextId: task.contextId })) }
  const labels = { default: peerLabel(caller) }
  const name = isRepetition ? digest(message.messageId) : parts.newId()
  const entry = { type: 'a2a/message-received', data, labels, id: `message-${name}` } as const
  const [stored] = await journal.append(thread, [entry, ...config])
  // Two that send the same at once: whoever came later finds what the first one wrote.
  if (stored?.type === 'a2a/message-received') {
    const { messages } = (await journal.read(thread, stored.sequence)).facts
    return { thread, number: messages.length, place: stored.sequence }
  }
  const place = placeOf((await journal.read(thread)).facts, message)
  if (place === undefined) throw endedMeanwhile(task)
  return { thread, ...place }
}

function placeOf(
  { messages, places }: TaskFacts,
  { messageId }: Message,
): Pick<AcceptedMessage, 'number' | 'place'> | undefined {
  const index = messages.findIndex((said) => said.messageId === messageId)
  const place = places[index]
  return place === undefined ? undefined : { number: index + 1, place }
}

function endedMeanwhile({ id }: Task): Error {
  return new UnsupportedOperationError(
    `Task ${id} has ended. Send the message without taskId to begin another.`,
  )
}

/** A task that a caller may see. */
export interface FoundTask {
  readonly thread: ThreadId
  readonly facts: TaskFacts
  readonly task: Task
  readonly head: Sequence
}

/** Finds a task of the caller's own. Those of others do not exist for it: fails `TaskNotFoundError` alike. */
export async function findTask(
  { journal }: HandlerParts,
  id: string,
  context: ServerCallContext,
): Promise<FoundTask> {
  if (id.trim() === '') throw malformed('the id of the task is missing')
  const thread = taskThread(scopeOf(context), id)
  if (thread !== undefined) {
    const { facts, head } = await journal.read(thread)
    if (facts.task !== undefined) return { thread, facts, task: facts.task, head }
  }
  throw new TaskNotFoundError(`There is no task ${id.slice(0, 64)}.`)
}
