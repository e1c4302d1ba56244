import type { Entry } from '@keepup/core'

import type { AgentState, OpenCall } from '../agent-state.ts'
import { callKey } from '../call-key.ts'

/**
 * What a crash left open. In a fork the calls are calls of its own, with keys of their own: the processes and the effects behind the old ones belong to
 * the thread that was forked.
 */
export function resumeTurn(state: AgentState, { thread }: Pick<Entry, 'thread'>): AgentState {
  const { turn, run } = state
  if (turn === undefined) return state
  const isFork = turn.thread !== thread
  const calls = turn.calls.map((call, index): OpenCall => {
    const own = isFork
      ? { ...call, key: callKey({ thread, sequence: turn.assistant }, run?.id ?? '', index), processes: [] }
      : call
    const { started, outcome } = own
    if (started === undefined || outcome !== undefined) return own
    const { suspended: _, ...awake } = own
    return { ...awake, started: { ...started, resumed: started.resumed + 1 } }
  })
  return { ...state, turn: { ...turn, thread, calls } }
}
