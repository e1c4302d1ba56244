import type { AgentState, RunState } from '../agent-state.ts'

/** The state with its run changed; the same state where there is none. */
export function inRun(state: AgentState, change: (run: RunState) => RunState): AgentState {
  return state.run === undefined ? state : { ...state, run: change(state.run) }
}

/** The state whose run a hook ended, where it gave a reason. */
export function halt(state: AgentState, reason: string | undefined): AgentState {
  return reason === undefined ? state : inRun(state, (run) => ({ ...run, halted: reason }))
}
