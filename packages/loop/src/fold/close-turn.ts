import type { ToolMessage } from '@keepup/core'

import type { AgentState } from '../agent-state.ts'
import { noteTurn } from '../loop-detection.ts'
import { describeOutcome } from '../message-text.ts'
import { inRun } from './in-run.ts'
import { note, show } from './show.ts'

/** Once every call has its outcome, the results join the conversation in the order of the calls. */
export function closeTurn(state: AgentState): AgentState {
  if (state.turn?.calls.every(({ outcome }) => outcome !== undefined) !== true) return state
  const { turn, ...rest } = state
  const results = turn.calls.flatMap(({ part, outcome }) =>
    outcome === undefined ? [] : [describeOutcome(part.id, part.name, outcome)],
  )
  const message: ToolMessage = { role: 'tool', content: results }
  const shown = (turn.notes ?? []).reduce(note, show(rest, message))
  return inRun(shown, (run) => ({
    ...run,
    repetition: noteTurn(run.repetition, turn),
  }))
}
