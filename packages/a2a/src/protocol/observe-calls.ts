import { randomBytes } from 'node:crypto'

import { type Message, type StreamResponse, type Task, taskStateToJSON } from '@a2a-js/sdk'
import type { Clock, ObserveCall } from '@keepup/core'

/** How an operation of A2A 1.0 is called, by the name that the SDK's clients and handlers give it. */
const methods: Readonly<Record<string, string>> = {
  sendMessage: 'SendMessage',
  sendMessageStream: 'SendStreamingMessage',
  getTask: 'GetTask',
  listTasks: 'ListTasks',
  cancelTask: 'CancelTask',
  resubscribe: 'SubscribeToTask',
  resubscribeTask: 'SubscribeToTask',
  createTaskPushNotificationConfig: 'CreateTaskPushNotificationConfig',
  getTaskPushNotificationConfig: 'GetTaskPushNotificationConfig',
  listTaskPushNotificationConfig: 'ListTaskPushNotificationConfigs',
  listTaskPushNotificationConfigs: 'ListTaskPushNotificationConfigs',
  deleteTaskPushNotificationConfig: 'DeleteTaskPushNotificationConfig',
  getAuthenticatedExtendedAgentCard: 'GetExtendedAgentCard',
}

/** What is known of a call before it is made. */
export interface BegunCall {
  /** What it is made with, which may say where it stands. */
  readonly given: readonly unknown[]
  readonly traceparent: string
  readonly under?: string
  readonly attributes: Attributes
}

type Attributes = Readonly<Record<string, string | readonly string[]>>
type Operation = (...given: readonly unknown[]) => unknown

/** Who is told of calls, and how they begin on this side. */
export interface CallObserver {
  readonly side: 'client' | 'server'
  readonly observe: ObserveCall
  readonly clock: Clock
  begin(...given: readonly unknown[]): BegunCall
}

/** The same client or handler, each of whose operations is told of once it has ended; a stream once it was read or left. */
export function observeCalls<Target extends object>(target: Target, observer: CallObserver): Target {
  return new Proxy(target, {
    get(inner, name) {
      const member: unknown = Reflect.get(inner, name)
      if (typeof member !== 'function') return member
      const method = typeof name === 'string' && Object.hasOwn(methods, name) ? methods[name] : undefined
      // Classes of the SDK have members of their own that only they may touch.
      const bound = member.bind(inner) as Operation
      return method === undefined ? bound : observed(method, bound, observer)
    },
  })
}

function observed(method: string, operation: Operation, observer: CallObserver): Operation {
  return (...given) => {
    const call = openCall(method, observer, given)
    const result = operation(...call.given)
    return isStream(result) ? call.stream(result) : call.answer(result)
  }
}

function openCall(method: string, observer: CallObserver, before: readonly unknown[]) {
  const { side, observe, clock } = observer
  const start = clock.now()
  const { given, attributes, traceparent, under } = observer.begin(...before)
  const known: Record<string, string | readonly string[]> = {
    'a2a.method.name': method,
    ...attributes,
    ...requestFacts(before[0]),
  }
  const learn = (value: unknown): void => void Object.assign(known, answerFacts(value))
  const end = (thrown?: unknown): void =>
    observe({
      side,
      method,
      start,
      end: clock.now(),
      traceparent,
      ...(under === undefined ? {} : { under }),
      attributes: known,
      ...(thrown === undefined ? {} : { error: codeOf(thrown) }),
    })
  return {
    given,
    async answer(result: unknown): Promise<unknown> {
      try {
        const value = await result
        learn(value)
        end()
        return value
      } catch (error) {
        end(error)
        throw error
      }
    },
    async *stream(events: AsyncGenerator<unknown, void>): AsyncGenerator<unknown, void> {
      let thrown: unknown
      try {
        for await (const event of events) {
          learn(event)
          yield event
        }
      } catch (error) {
        thrown = error
        throw error
      } finally {
        end(thrown)
      }
    },
  }
}

const placeForm = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/

/** Whether a text says where something stands; what others send may say anything. */
export function isPlace(text: string): boolean {
  return placeForm.test(text)
}

/** A place of its own below another, or a trace of its own (W3C Trace Context, 3.2). */
export function placeBelow(under: string | undefined): string {
  const [, trace] = placeForm.exec(under ?? '') ?? []
  return `00-${trace ?? randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`
}

function requestFacts(request: unknown): Attributes {
  if (!isRecord(request)) return {}
  const { message, id, taskId, tenant } = request
  const said = isRecord(message) ? message : {}
  return texts({
    'a2a.tenant': tenant,
    'a2a.message.id': said['messageId'],
    'a2a.message.reference_task_ids': said['referenceTaskIds'],
    'a2a.task.id': said['taskId'] || taskId || ('message' in request ? undefined : id),
    'gen_ai.conversation.id': said['contextId'],
  })
}

/** An answer is a task, a message, or one of several that a stream brings. */
function answerFacts(answer: unknown): Attributes {
  if (!isRecord(answer)) return {}
  // What has a payload is an event of the SDK's.
  if ('payload' in answer) return answerFacts((answer as unknown as StreamResponse).payload?.value)
  const { contextId, taskId, id, status } = answer as Partial<Task & Message>
  return texts({
    'a2a.task.id': 'status' in answer && 'history' in answer ? id : taskId,
    'a2a.task.state': status === undefined ? undefined : taskStateToJSON(status.state),
    'gen_ai.conversation.id': contextId,
  })
}

/** What is empty is not told. */
function texts(facts: Readonly<Record<string, unknown>>): Attributes {
  const told: Record<string, string | readonly string[]> = {}
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === 'string' && value !== '') told[name] = value
    if (Array.isArray(value) && value.length > 0) told[name] = value.map(String)
  }
  return told
}

function codeOf(thrown: unknown): string {
  if (isRecord(thrown) && typeof thrown['code'] === 'string') return thrown['code']
  return thrown instanceof Error ? thrown.name : 'unknown'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStream(value: unknown): value is AsyncGenerator<unknown, void> {
  return isRecord(value) && Symbol.asyncIterator in value
}
