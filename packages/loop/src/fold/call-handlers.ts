import { type Actor, joinTable, type Label, lostLabel, trustedLabel } from '@keepup/core'

import type { AgentState, OpenCall } from '../agent-state.ts'
import { moved } from '../command-folder.ts'
import { filesKept, filesTouched, touching } from '../kept-files.ts'
import { keeping } from '../kept-texts.ts'
import { closeTurn } from './close-turn.ts'
import type { Handlers } from './handler.ts'
import { halt, inRun } from './in-run.ts'

/** What becomes of the calls of the open turn. */
export const callHandlers: Handlers<
  | 'approval-requested'
  | 'approval-answered'
  | 'tool-started'
  | 'process-started'
  | 'tool-suspended'
  | 'tool-finished'
  | 'workspace-snapshotted'
> = {
  'approval-requested': (state, { data, sequence }) => {
    const { approval: id, digest, question } = data
    return inCall(state, data.key, (call) => ({ ...call, approval: { id, digest, question, sequence } }))
  },

  'approval-answered': (state, { data, labels }) => {
    const answer = {
      allow: data.allow,
      ...(data.message === undefined ? {} : { message: data.message }),
      label: labels === undefined ? spokenBy(data.by) : joinTable(labels),
    }
    const next = inCall(state, data.key, ({ approval, ...call }) =>
      data.valid && approval !== undefined ? { ...call, approval: { ...approval, answer } } : call,
    )
    return data.allow || data.by !== 'runtime'
      ? next
      : inRun(next, (run) => ({ ...run, unattendedDenials: run.unattendedDenials + 1 }))
  },

  'tool-started': (state, { data, sequence }) =>
    inCall(touching(filesTouched(state, data.effects, sequence), data.effects), data.key, (call) => ({
      ...call,
      started: { sequence, repeat: data.repeat, attempt: data.attempt, resumed: call.started?.resumed ?? 0 },
    })),

  'process-started': (state, { data }) =>
    inCall(state, data.key, (call) => ({ ...call, processes: [...call.processes, data.process] })),

  'tool-suspended': (state, { data }) =>
    inCall(state, data.key, (call) => ({ ...call, suspended: data.approvals })),

  'tool-finished': (state, { data }) =>
    closeTurn(
      halt(
        inCall(keeping(moved(state, data.outcome), data), data.key, (call) => ({
          ...call,
          outcome: data.outcome,
        })),
        data.stop,
      ),
    ),

  'workspace-snapshotted': (state, { data }) => ({ ...state, files: filesKept(state.files, data) }),
}

/** Whose words have no label is believed where it is the user. */
function spokenBy(by: Actor): Label {
  return by === 'user' ? { ...trustedLabel, sources: ['user'] } : lostLabel
}

function inCall(state: AgentState, key: string, change: (call: OpenCall) => OpenCall): AgentState {
  if (state.turn === undefined) return state
  const calls = state.turn.calls.map((call) => (call.key === key ? change(call) : call))
  return { ...state, turn: { ...state.turn, calls } }
}
