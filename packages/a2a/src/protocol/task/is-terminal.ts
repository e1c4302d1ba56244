import { TaskState } from '@a2a-js/sdk'

const terminal: ReadonlySet<TaskState> = new Set([
  TaskState.TASK_STATE_COMPLETED,
  TaskState.TASK_STATE_FAILED,
  TaskState.TASK_STATE_CANCELED,
  TaskState.TASK_STATE_REJECTED,
])

/** Whether a task in this state has ended for good (A2A 1.0, 4.1.3). */
export function isTerminal(state: TaskState | undefined): boolean {
  return state !== undefined && terminal.has(state)
}

/** Whether a task in this state waits for its client (A2A 1.0, 4.1.3). */
export function isInterrupted(state: TaskState | undefined): boolean {
  return state === TaskState.TASK_STATE_INPUT_REQUIRED || state === TaskState.TASK_STATE_AUTH_REQUIRED
}
