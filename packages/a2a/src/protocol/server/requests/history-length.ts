import type { Task } from '@a2a-js/sdk'

/** A task with at most so many of its last messages: all where nothing is said, none for 0 (A2A 1.0, 3.2.4). */
export function withHistoryLength(task: Task, length: number | undefined): Task {
  if (length === undefined) return task
  return { ...task, history: length <= 0 ? [] : task.history.slice(-length) }
}
