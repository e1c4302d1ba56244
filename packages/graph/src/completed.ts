import type { GraphOutcome, GraphState } from './graph-state.ts'

/** The outcome of a run in which nothing is left to do. It says which joins were waited for in vain. */
export function completed({ held }: GraphState): GraphOutcome {
  const unjoined = Object.keys(held.joins).map((key) => key.slice(key.indexOf('>') + 1))
  return unjoined.length === 0 ? { type: 'completed' } : { type: 'completed', unjoined }
}
