import type { ClaimEnd } from './run-queue.ts'

/** Whether the end of a claim leaves something that another worker can take at once. Whoever ended it looks for more anyway. */
export function isForOthers(end: ClaimEnd): boolean {
  return end.type === 'newer' || (end.type === 'again' && end.after === 0)
}
