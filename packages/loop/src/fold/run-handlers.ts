import { noUsage } from '@keepup/core'

import { noRepetition } from '../loop-detection.ts'
import { delegationOver, ownAgents } from './agent-handlers.ts'
import type { Handlers } from './handler.ts'
import { inRun } from './in-run.ts'
import { resumeTurn } from './resume-turn.ts'

/** How a run begins, goes on and ends. */
export const runHandlers: Handlers<
  | 'run-started'
  | 'run-resumed'
  | 'run-interrupted'
  | 'run-stopping'
  | 'run-waiting'
  | 'run-finished'
  | 'thread-rewound'
> = {
  'run-started': ({ cancelled, ...state }, { data, time, thread }) => ({
    ...ownAgents(state, thread, true),
    status: 'running',
    run: {
      id: data.run,
      startedAt: time,
      lease: { thread, token: data.token },
      settings: data.settings,
      turns: 0,
      usage: noUsage,
      cost: 0,
      modelIndex: 0,
      attempts: 0,
      failures: 0,
      warned: [],
      repetition: noRepetition,
      unattendedDenials: 0,
      ...(cancelled === undefined ? {} : { interrupted: cancelled }),
    },
  }),

  'run-resumed': (state, entry) =>
    inRun({ ...ownAgents(resumeTurn(state, entry), entry.thread, false), status: 'running' }, (run) => ({
      ...run,
      lease: { thread: entry.thread, token: entry.data.token },
      settings: entry.data.settings,
    })),

  // An agent that another one started may be ended before its run begins.
  'run-interrupted': (state, { data }) =>
    state.status !== 'running'
      ? { ...state, cancelled: data.reason }
      : inRun(state, (run) => ({ ...run, interrupted: data.reason })),

  'run-stopping': (state, { data }) => inRun(state, (run) => ({ ...run, stopping: data.reason })),

  'run-waiting': (state) => ({ ...state, status: 'waiting' }),

  'run-finished': (state, { data }) =>
    inRun({ ...delegationOver(state), status: 'finished' }, (run) => ({ ...run, outcome: data.outcome })),

  // The run is the past's until it is resumed from there.
  'thread-rewound': (state, { thread }) => inRun(state, (run) => ({ ...run, lease: { thread, token: 0 } })),
}
