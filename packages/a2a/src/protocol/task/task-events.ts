import {
  Message,
  type StreamResponse,
  type Task,
  TaskArtifactUpdateEvent,
  TaskStatus,
  type TaskStatusUpdateEvent,
} from '@a2a-js/sdk'
import type { Entry, Sequence } from '@keepup/core'

import { isTaskEntry } from './task-fold.ts'

/** One event of a task, and the entry of the log that it comes from. */
export interface TaskEvent {
  readonly sequence: Sequence
  readonly response: StreamResponse
  /** The state that it tells of is final: terminal, or a message in place of a task. */
  readonly ends: boolean
}

/** The task as it stands, as an event: what every stream begins with. */
export function taskEvent(task: Task, sequence: Sequence, ends: boolean): TaskEvent {
  return { sequence, ends, response: { payload: { $case: 'task', value: task } } }
}

/** What clients are told of an entry of the task; `undefined` where nothing. */
export function eventOf({ id, contextId }: Task, entry: Entry): TaskEvent | undefined {
  if (!isTaskEntry(entry) || entry.erased === true) return undefined
  const { sequence } = entry
  switch (entry.type) {
    case 'a2a/status-changed':
    case 'a2a/task-ended': {
      const status = TaskStatus.fromJSON(entry.data.status)
      const value: TaskStatusUpdateEvent = { taskId: id, contextId, status, metadata: undefined }
      const response = { payload: { $case: 'statusUpdate', value } } as const
      return { sequence, response, ends: entry.type === 'a2a/task-ended' }
    }
    case 'a2a/artifact-changed': {
      const value = TaskArtifactUpdateEvent.fromJSON(entry.data.update)
      return { sequence, response: { payload: { $case: 'artifactUpdate', value } }, ends: false }
    }
    case 'a2a/replied': {
      const value = Message.fromJSON(entry.data.message)
      return { sequence, response: { payload: { $case: 'message', value } }, ends: true }
    }
    default:
      return undefined
  }
}
