import type { CallSituation, ToolOutcome } from '@keepup/core'

import type { AgentState } from './agent-state.ts'

/** The state after a call that said where the commands of the thread start from now on. */
export function moved(state: AgentState, outcome: ToolOutcome): AgentState {
  const folder = 'output' in outcome ? outcome.output?.folder : undefined
  return folder === undefined || folder === state.folder ? state : { ...state, folder }
}

/** What a call is told of where commands start. */
export function commandFolder({ folder }: AgentState): Pick<CallSituation, 'folder'> {
  return folder === undefined ? {} : { folder }
}
