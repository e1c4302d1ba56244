import { createHash } from 'node:crypto'

import type { ThreadId } from '@keepup/core'

/** Whose a task is. Two callers never see each other's: their tasks lie in threads of other names. */
export interface TaskScope {
  readonly caller: string
  readonly tenant: string
}

/** What the name of each task's thread begins with. */
const taskPrefix = 'a2a-task-'

const taskForm = /^[0-9a-f]{32}$/

/** What the names of all tasks of a scope begin with. */
export function scopePrefix({ caller, tenant }: TaskScope): string {
  return `${taskPrefix}${digest(JSON.stringify([caller, tenant])).slice(0, 24)}-`
}

/** The thread of a task as its caller sees it; `undefined` for what is no task's id. */
export function taskThread(scope: TaskScope, task: string): ThreadId | undefined {
  return taskForm.test(task) ? `${scopePrefix(scope)}${task}` : undefined
}

/** The task of a thread; `undefined` for the thread of something else. */
export function taskOf(thread: ThreadId): string | undefined {
  const task = thread.slice(-32)
  return thread.startsWith(taskPrefix) && taskForm.test(task) ? task : undefined
}

/** The thread that the agent works on for a task. */
export function agentThreadOf(thread: ThreadId): ThreadId {
  return `a2a-agent-${thread.slice(taskPrefix.length)}`
}

/** The id of the task that a message begins: the same message of the same caller begins one task, however often it is sent. */
export function taskFor(scope: TaskScope, messageId: string): string {
  return digest(JSON.stringify([scope.caller, scope.tenant, messageId])).slice(0, 32)
}

/** A SHA-256 in hexadecimal. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
