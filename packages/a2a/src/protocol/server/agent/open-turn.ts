import { Message, type Task, TaskArtifactUpdateEvent, type TaskState, TaskStatus } from '@a2a-js/sdk'
import { type JsonValue, KeepupError, type LeaseToken, type ThreadId } from '@keepup/core'

import { agentMessage } from '../../task/agent-message.ts'
import { isInterrupted, isTerminal } from '../../task/is-terminal.ts'
import type { NewTaskEntry } from '../../task/task-entries.ts'
import type { TaskJournal } from '../../task/task-journal.ts'
import type { TaskFacts } from '../../task/task-state.ts'
import { agentThreadOf } from '../../task/task-thread.ts'
import type { A2aTurn, Said } from './a2a-agent.ts'

/** What a turn is opened with. */
export interface TurnParts {
  readonly journal: TaskJournal
  readonly thread: ThreadId
  readonly lease: LeaseToken
  readonly newId: () => string
  readonly signal: AbortSignal
  /** Told after each event that was published. */
  readonly published: () => void
}

/** A turn, and how many messages it takes account of by now. */
export interface OpenTurn {
  readonly turn: A2aTurn
  readonly progress: { through: number }
}

/** Opens a turn over the messages that the agent was not handed yet, or those of a turn that was cut off. */
export function openTurn(facts: TaskFacts, task: Task, parts: TurnParts): OpenTurn {
  const { journal, thread, lease, newId, signal } = parts
  const first = facts.answered + 1
  const progress = { through: facts.through }

  async function publish(entry: NewTaskEntry, id: string | undefined): Promise<void> {
    signal.throwIfAborted()
    await journal.append(thread, [id === undefined ? entry : { ...entry, id }], { lease, by: 'agent:a2a' })
    parts.published()
  }
  function spoken(said: Said): Message {
    return agentMessage(said, { messageId: newId(), taskId: task.id, contextId: task.contextId })
  }
  const turn: A2aTurn = {
    task,
    caller: facts.caller,
    thread,
    agentThread: agentThreadOf(thread),
    messages: facts.messages.slice(facts.answered, facts.through),
    first,
    attempt: facts.attempts,
    signal,
    async status(state, said, { id, stays = false } = {}) {
      const message = said === undefined ? undefined : spoken(said)
      const status = statusJson({ state, message, timestamp: journal.timestamp() })
      const { through } = progress
      if (isTerminal(state)) return publish({ type: 'a2a/task-ended', data: { status, through } }, id)
      const settles = isInterrupted(state) && !stays
      await publish({ type: 'a2a/status-changed', data: { status, through, settles } }, id)
    },
    async artifact(update, { id } = {}) {
      const event = { taskId: task.id, contextId: task.contextId, metadata: undefined, ...update }
      await publish(
        { type: 'a2a/artifact-changed', data: { update: asJson(TaskArtifactUpdateEvent.toJSON(event)) } },
        id,
      )
    },
    async reply(said) {
      const { news, ended } = (await journal.read(thread)).facts
      if (ended || news > 1 || first > 1) throw replyTooLate(task.id)
      const message = asJson(Message.toJSON(spoken(said)))
      await publish({ type: 'a2a/replied', data: { message, timestamp: journal.timestamp() } }, undefined)
    },
  }
  return { turn, progress }
}

/** A status in its JSON form. */
function statusJson(status: TaskStatus): JsonValue {
  return asJson(TaskStatus.toJSON(status))
}

/** What `toJSON` of the SDK gives is JSON, which its types do not say. */
export function asJson(value: unknown): JsonValue {
  return value as JsonValue
}

/** The end of a task that its agent did not say itself. */
export function endEntry(
  facts: TaskFacts,
  state: TaskState,
  {
    said,
    timestamp,
    messageId,
  }: { readonly said: string; readonly timestamp: string; readonly messageId: string },
): NewTaskEntry {
  const { id: taskId = '', contextId = '' } = facts.task ?? {}
  const message = agentMessage(said, { messageId, taskId, contextId })
  return {
    type: 'a2a/task-ended',
    data: { status: statusJson({ state, message, timestamp }), through: facts.messages.length },
  }
}

function replyTooLate(task: string): KeepupError {
  const message = `Task ${task} has a state already, so it cannot be answered by a message alone. Publish a status.`
  return new KeepupError('not-supported', message)
}
