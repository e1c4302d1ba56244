import { createHash } from 'node:crypto'

import { type Artifact, type Message, type Part, type Task, TaskState, taskStateToJSON } from '@a2a-js/sdk'
import {
  canonicalJson,
  type JsonObject,
  KeepupError,
  type MessageList,
  type Model,
  type ModelEvent,
  type ModelFailure,
  type ModelRequest,
  noUsage,
  type ThreadId,
  type UserMessage,
} from '@keepup/core'

import { serverEnds } from '../server/agent/turn-ends.ts'
import { textPart } from '../task/agent-message.ts'
import { isTerminal } from '../task/is-terminal.ts'
import { messageText } from '../task/message-content.ts'
import { peerLabel } from '../task/peer-label.ts'
import { type ConnectedAgent, userMessage } from './connect-agent.ts'
import { sendAndFollow } from './follow-task.ts'
import { readTask } from './read-task.ts'

/** What a remote agent said, and of which task. */
interface Outcome {
  readonly text: string
  readonly task: Task | undefined
}

/** The key under which an answer remembers its task. */
const provider = 'a2a'

/**
 * A remote agent as a model: what it is told is a message, what its task comes to is the answer. In one thread the same request is the same message, so that a run that was
 * killed and goes on does not make the agent do it twice; what it asked is answered in the same task. Aborting cancels the task. `maySend` is asked before each message.
 */
export function remoteModel(agent: ConnectedAgent, thread: ThreadId, maySend: () => Promise<boolean>): Model {
  return {
    id: `a2a/${agent.host}`,
    async *stream(request, signal): AsyncIterable<ModelEvent> {
      const progress: Progress = { task: undefined }
      try {
        if (!(await maySend())) {
          yield failed({ kind: 'invalid-request', message: mayNotLeave(agent.host), retryable: false })
          return
        }
        yield* answer(agent, messageFor(request, thread), progress, signal)
      } catch (error) {
        if (signal.aborted) await cancel(agent, progress.task, signal)
        yield failed(failureOf(agent, error, signal))
      }
    },
  }
}

interface Progress {
  task: Task | undefined
}

async function* answer(
  agent: ConnectedAgent,
  message: Message,
  progress: Progress,
  signal: AbortSignal,
): AsyncIterable<ModelEvent> {
  for await (const { response } of sendAndFollow(agent, message, { signal })) {
    const { payload } = response
    if (payload?.$case === 'message') {
      yield finished(agent, { text: messageText(payload.value), task: undefined })
      return
    }
    if (payload?.$case === 'task') progress.task = payload.value
    const said = payload?.$case === 'statusUpdate' ? payload.value.status?.message : undefined
    if (said !== undefined) yield { type: 'text-delta', text: `${messageText(said)}\n` }
  }
  const { task } = progress
  if (task === undefined) yield failed(noAnswer)
  else yield ending(agent, await readTask(agent, task.id, signal))
}

/** What was said since the agent answered last, to the task that it waits with or in the same context. */
function messageFor({ messages }: ModelRequest, thread: ThreadId): Message {
  const list = [...messages]
  const last = list.findLastIndex(({ role }) => role === 'assistant')
  const said = list.slice(last + 1).filter((message): message is UserMessage => message.role === 'user')
  const parts = said.flatMap(({ content }) => content.flatMap(partsOf))
  const messageId = createHash('sha256')
    .update(canonicalJson([thread, list.length, asJson(said)]))
    .digest('hex')
    .slice(0, 32)
  const { taskId = '', contextId = '' } = lastTask(messages)
  return userMessage(parts.length > 0 ? parts : [textPart('Go on.')], { messageId, taskId, contextId })
}

function asJson(said: readonly UserMessage[]): JsonObject[] {
  // Messages of a thread are JSON already.
  return JSON.parse(JSON.stringify(said)) as JsonObject[]
}

function partsOf(part: UserMessage['content'][number]): readonly Part[] {
  if (part.type === 'text') return [textPart(part.text)]
  const { mediaType, name = '', source } = part
  if (!('base64' in source)) return [textPart(`[file ${name || mediaType}, which is not sent along]`)]
  const value = Buffer.from(source.base64, 'base64')
  return [{ content: { $case: 'raw', value }, metadata: undefined, filename: name, mediaType }]
}

/** The context that the last answer came from, and its task where it waits. */
function lastTask(messages: MessageList): { readonly taskId?: string; readonly contextId?: string } {
  for (let index = -1; index >= -messages.length; index -= 1) {
    const message = messages.at(index)
    if (message?.role !== 'assistant') continue
    for (const part of message.content) {
      const known = part.type === 'text' ? part.provider?.[provider] : undefined
      if (typeof known === 'object' && known !== null) return idsIn(known)
    }
    return {}
  }
  return {}
}

function idsIn(known: object): { readonly taskId?: string; readonly contextId?: string } {
  return {
    ...('taskId' in known && typeof known.taskId === 'string' ? { taskId: known.taskId } : {}),
    ...('contextId' in known && typeof known.contextId === 'string' ? { contextId: known.contextId } : {}),
  }
}

function ending(agent: ConnectedAgent, task: Task): ModelEvent {
  const { state } = task.status ?? {}
  const said = task.status?.message === undefined ? '' : messageText(task.status.message)
  if (state === TaskState.TASK_STATE_COMPLETED) {
    const text = [...task.artifacts.map(artifactText), said].filter((part) => part !== '').join('\n\n')
    return finished(agent, { text: text || 'Done, without an answer in words.', task })
  }
  if (state === TaskState.TASK_STATE_INPUT_REQUIRED) {
    return finished(agent, { text: said || 'The agent needs more to go on.', task })
  }
  if (state === TaskState.TASK_STATE_AUTH_REQUIRED) {
    return finished(agent, { text: `The agent needs a person to log in somewhere: ${said}`, task })
  }
  const name = state === undefined ? 'no state' : taskStateToJSON(state)
  const message = `The remote agent ended with ${name}${said === '' ? '' : `: ${said}`}. Ask for it in another way, or do it without.`
  return failed({ kind: 'invalid-response', message: message.slice(0, 2_000), retryable: false })
}

function artifactText({ parts }: Artifact): string {
  return messageText({ parts })
}

function finished({ host }: ConnectedAgent, { text, task }: Outcome): ModelEvent {
  const waits = task !== undefined && !isTerminal(task.status?.state)
  const ids = task === undefined ? {} : { contextId: task.contextId, ...(waits ? { taskId: task.id } : {}) }
  return {
    type: 'finished',
    message: { role: 'assistant', content: [{ type: 'text', text, provider: { [provider]: ids } }] },
    reason: 'stop',
    usage: noUsage,
    label: peerLabel(host),
  }
}

function failed(failure: ModelFailure): ModelEvent {
  return { type: 'failed', failure }
}

const noAnswer: ModelFailure = {
  kind: 'invalid-response',
  message: 'The remote agent answered with nothing. Ask it again, or do without.',
  retryable: false,
}

function failureOf({ replays }: ConnectedAgent, error: unknown, signal: AbortSignal): ModelFailure {
  if (signal.aborted) return { kind: 'interrupted', message: 'The call was interrupted.', retryable: false }
  const message = error instanceof Error ? error.message : String(error)
  const wasSent = KeepupError.is(error) && error.details['sent'] === true
  const refused =
    KeepupError.is(error) && (error.code === 'card-refused' || error.details['reason'] !== undefined)
  return { kind: 'unavailable', message, retryable: !refused && (replays || !wasSent) }
}

/** Why something is not sent. */
export function mayNotLeave(host: string): string {
  return `What is to be sent to the agent at ${host} may not leave: it is confidential, or only for named readers. Leave that out.`
}

/** Also of the agent's side. Not where this server ends: whichever goes on then finds the task as it is. */
async function cancel(agent: ConnectedAgent, task: Task | undefined, signal: AbortSignal): Promise<void> {
  const { reason } = signal
  if (task === undefined || (reason instanceof Error && reason.message === serverEnds)) return
  const request = { id: task.id, tenant: '', metadata: undefined }
  // Whether it could be cancelled changes nothing here: nobody waits for it any more.
  await agent.client.cancelTask(request, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
}
