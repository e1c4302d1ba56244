import type { GraphState } from './graph-state.ts'

/** Whether a run is not finished: something could still be asked of it. */
export function isLiveRun({ status }: GraphState): boolean {
  return status === 'running' || status === 'waiting'
}
