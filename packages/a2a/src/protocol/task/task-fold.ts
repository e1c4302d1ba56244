import {
  type Artifact,
  Message,
  type Task,
  TaskArtifactUpdateEvent,
  Task as TaskForm,
  TaskPushNotificationConfig,
  TaskState,
  TaskStatus,
} from '@a2a-js/sdk'
import type { Entry, Fold } from '@keepup/core'

import type { TaskEntry, TaskEntryType } from './task-entries.ts'
import { noFacts, type PushTarget, type TaskFacts } from './task-state.ts'

type Handlers = { readonly [Type in TaskEntryType]: (facts: TaskFacts, entry: TaskEntry<Type>) => TaskFacts }

const handlers: Handlers = {
  'a2a/task-submitted': (facts, { data, sequence }) => {
    const message = Message.fromJSON(data.message)
    return {
      ...facts,
      caller: data.caller,
      tenant: data.tenant,
      wire: data.wire,
      messages: [message],
      places: [sequence],
      news: sequence,
      task: {
        id: data.task,
        contextId: data.contextId,
        status: {
          state: TaskState.TASK_STATE_SUBMITTED,
          message: undefined,
          timestamp: data.timestamp,
        },
        artifacts: [],
        history: [message],
        metadata: undefined,
      },
    }
  },
  'a2a/message-received': (facts, { data, sequence }) => {
    const message = Message.fromJSON(data.message)
    const said = withHistory(facts, (task) => [...withQuestion(task), message])
    return { ...said, messages: [...facts.messages, message], places: [...facts.places, sequence] }
  },
  'a2a/turn-began': (facts, { data }) => ({
    ...facts,
    through: data.through,
    attempts: facts.attempts + 1,
    turns: facts.turns + (facts.attempts === 0 ? 1 : 0),
  }),
  'a2a/message-taken': (facts, { data }) => ({ ...facts, through: data.through }),
  'a2a/status-changed': (facts, { data, sequence }) => {
    const changed = withStatus(facts, TaskStatus.fromJSON(data.status), sequence)
    return data.settles ? { ...changed, attempts: 0, answered: data.through } : changed
  },
  'a2a/artifact-changed': (facts, { data, sequence }) => {
    if (facts.task === undefined) return facts
    const artifacts = withArtifact(facts.task.artifacts, TaskArtifactUpdateEvent.fromJSON(data.update))
    return { ...facts, news: sequence, task: { ...facts.task, artifacts } }
  },
  'a2a/task-ended': (facts, { data, sequence }) => ({
    ...withStatus(facts, TaskStatus.fromJSON(data.status), sequence),
    ended: true,
    attempts: 0,
    answered: data.through,
  }),
  'a2a/replied': (facts, { data, sequence }) => {
    const message = Message.fromJSON(data.message)
    const status = { state: TaskState.TASK_STATE_COMPLETED, message, timestamp: data.timestamp }
    const answered = facts.messages.length
    return { ...withStatus(facts, status, sequence), reply: message, ended: true, attempts: 0, answered }
  },
  'a2a/cancel-requested': (facts) => ({ ...facts, cancelRequested: true }),
  'a2a/push-set': (facts, { data, sequence }) => {
    const { id } = TaskPushNotificationConfig.fromJSON(data.config)
    const target: PushTarget = { id, config: data.config, wire: data.wire, settled: sequence }
    return { ...facts, push: [...facts.push.filter((other) => other.id !== id), target] }
  },
  'a2a/push-removed': (facts, { data }) => ({
    ...facts,
    push: facts.push.filter(({ id }) => id !== data.config),
  }),
  'a2a/push-settled': (facts, { data }) => ({
    ...facts,
    push: facts.push.map((target) =>
      target.id === data.config ? { ...target, settled: Math.max(target.settled, data.about) } : target,
    ),
  }),
}

/** What may still change once a task has ended. */
const afterEnd: ReadonlySet<string> = new Set(['a2a/push-set', 'a2a/push-removed', 'a2a/push-settled'])

/** Folds a task's thread. What follows the end of a task changes nothing but its notifications, so that a task ends once whoever writes. */
export const taskFold: Fold<TaskFacts> = {
  id: 'a2a-task',
  version: 1,
  initial: noFacts,
  understands: new Set(Object.keys(handlers)),
  apply(facts, entry) {
    if (!isTaskEntry(entry) || entry.erased === true) return facts
    if (facts.ended && !afterEnd.has(entry.type)) return facts
    return handle(facts, entry)
  },
  save: ({ task, messages, reply, ...rest }) => ({
    ...rest,
    messages: messages.map((message) => Message.toJSON(message)),
    ...(task === undefined ? {} : { task: TaskForm.toJSON(task) }),
    ...(reply === undefined ? {} : { reply: Message.toJSON(reply) }),
  }),
  load(stored) {
    // Stored by `save` under this fold's id and version.
    const { task, messages, reply, ...rest } = stored as Omit<TaskFacts, 'task' | 'messages' | 'reply'> & {
      readonly task?: unknown
      readonly messages: readonly unknown[]
      readonly reply?: unknown
    }
    return {
      ...rest,
      messages: messages.map((message) => Message.fromJSON(message)),
      task: task === undefined ? undefined : TaskForm.fromJSON(task),
      reply: reply === undefined ? undefined : Message.fromJSON(reply),
    }
  },
}

/** Whether an entry is one of a task's thread. */
export function isTaskEntry(entry: Entry): entry is TaskEntry {
  return Object.hasOwn(handlers, entry.type)
}

function handle<Type extends TaskEntryType>(facts: TaskFacts, entry: TaskEntry<Type>): TaskFacts {
  // The map gives each type its own handler; TypeScript cannot follow the key through the union.
  const handler = handlers[entry.type] as (facts: TaskFacts, entry: TaskEntry<Type>) => TaskFacts
  return handler(facts, entry)
}

function withStatus(facts: TaskFacts, status: TaskStatus, news: number): TaskFacts {
  if (facts.task === undefined) return facts
  const moved = withHistory(facts, withQuestion)
  return { ...moved, news, task: { ...facts.task, ...moved.task, status } }
}

function withHistory(facts: TaskFacts, history: (task: Task) => Message[]): TaskFacts {
  return facts.task === undefined
    ? facts
    : { ...facts, task: { ...facts.task, history: history(facts.task) } }
}

/** The history with what the agent said last: it stands in the status until something follows it. */
function withQuestion({ history, status }: Task): Message[] {
  const said = status?.message
  const isKnown = said === undefined || history.some(({ messageId }) => messageId === said.messageId)
  return isKnown ? history : [...history, said]
}

function withArtifact(
  artifacts: readonly Artifact[],
  { artifact, append }: TaskArtifactUpdateEvent,
): Artifact[] {
  if (artifact === undefined) return [...artifacts]
  const place = artifacts.findIndex(({ artifactId }) => artifactId === artifact.artifactId)
  const before = artifacts[place]
  if (before === undefined) return [...artifacts, artifact]
  const merged = append ? { ...before, parts: [...before.parts, ...artifact.parts] } : artifact
  return artifacts.with(place, merged)
}
