import type { TaskFacts } from './task-state.ts'

/** Whether nothing is to be done about a task until its client says something. */
export function isSettled({
  task,
  ended,
  cancelRequested,
  attempts,
  answered,
  messages,
}: TaskFacts): boolean {
  if (task === undefined || ended) return true
  return !cancelRequested && attempts === 0 && answered === messages.length
}
