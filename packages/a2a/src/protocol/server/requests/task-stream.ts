import { type StreamResponse, type Task, TaskState } from '@a2a-js/sdk'
import type { ServerCallContext } from '@a2a-js/sdk/server'
import type { Sequence, ThreadId } from '@keepup/core'

import { lastEventHeader, replayExtension } from '../../replay-extension.ts'
import { eventOf, type TaskEvent } from '../../task/task-events.ts'
import { isTaskEntry } from '../../task/task-fold.ts'
import type { TaskJournal } from '../../task/task-journal.ts'

/** Where in the context of a call the position of the event stands that was given last. */
export const positionKey = 'keepup/position'

/** What a stream is of. */
export interface StreamOrder {
  readonly thread: ThreadId
  readonly task: Task
  /** Events after this position. */
  readonly after: Sequence
  readonly signal: AbortSignal
  /** The stream ends where the agent waits for its client once it took account of this message. */
  readonly until?: number
}

/** The events of a task after a position, each once and in order, up to its end. The same from the log and as they come. */
export async function* followEvents(
  journal: TaskJournal,
  order: StreamOrder,
): AsyncGenerator<TaskEvent, void> {
  const { thread, task, after, signal, until } = order
  for await (const entry of journal.follow(thread, after, signal)) {
    const event = eventOf(task, entry)
    if (event === undefined) continue
    yield event
    if (event.ends) return
    const settles =
      isTaskEntry(entry) && entry.type === 'a2a/status-changed' && isWait(entry.data.settles, event)
    if (until !== undefined && settles && through(entry) >= until) return
  }
}

/** AUTH_REQUIRED keeps streams open: what is missing comes by another way, and the agent goes on (A2A 1.0, 7.6). */
function isWait(settles: boolean, { response: { payload } }: TaskEvent): boolean {
  return (
    settles ||
    (payload?.$case === 'statusUpdate' && payload.value.status?.state === TaskState.TASK_STATE_INPUT_REQUIRED)
  )
}

function through(entry: { readonly data: unknown }): number {
  const { data } = entry
  return typeof data === 'object' && data !== null && 'through' in data ? Number(data.through) : 0
}

/** Gives an event away, and notes where it stands: for the transport, and in the event for clients that asked for it. */
export function giveEvent(event: TaskEvent, context: ServerCallContext): StreamResponse {
  context.state.set(positionKey, event.sequence)
  if (!(context.requestedExtensions ?? []).includes(replayExtension)) return event.response
  context.addActivatedExtension(replayExtension)
  const { payload } = event.response
  if (payload === undefined) return event.response
  const mark = { [replayExtension]: { position: event.sequence } }
  return { payload: withMark(payload, mark) }
}

type Payload = NonNullable<StreamResponse['payload']>

function withMark(payload: Payload, mark: Readonly<Record<string, unknown>>): Payload {
  switch (payload.$case) {
    case 'task':
      return { $case: 'task', value: { ...payload.value, metadata: { ...payload.value.metadata, ...mark } } }
    case 'message':
      return {
        $case: 'message',
        value: { ...payload.value, metadata: { ...payload.value.metadata, ...mark } },
      }
    case 'statusUpdate':
      return {
        $case: 'statusUpdate',
        value: { ...payload.value, metadata: { ...payload.value.metadata, ...mark } },
      }
    case 'artifactUpdate':
      return {
        $case: 'artifactUpdate',
        value: { ...payload.value, metadata: { ...payload.value.metadata, ...mark } },
      }
  }
}

/** The last event that a client says it saw; `undefined` where it says nothing. */
export function lastSeen(context: ServerCallContext): Sequence | undefined {
  const headers = context.state.get('headers')
  if (typeof headers !== 'object' || headers === null || !(lastEventHeader in headers)) return undefined
  const said = Number(headers[lastEventHeader])
  return Number.isSafeInteger(said) && said > 0 ? said : undefined
}
