import type { Guard, Policy } from '@keepup/core'

/** A guard that knows as little as where a thread was pruned: anything may have been read before. For what calls tools and is no agent's thread. */
export function withoutPast(guard: Guard): Policy {
  const header = { thread: 'none', sequence: 0, type: 'thread-pruned', version: 1, critical: true } as const
  const state = guard.rebase({ ...header, time: 0, by: 'runtime', salt: '', hash: '', data: undefined })
  return (call) => guard.decide(state, call)
}
