import { noUsage } from '@keepup/core'

import { noRepetition } from '../loop-detection.ts'
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
  'run-started': (state, { data, time, thread }) => ({
    ...state,
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
    },
  }),

  'run-resumed': (state, entry) =>
    inRun({ ...resumeTurn(state, entry), status: 'running' }, (run) => ({
      ...run,
      lease: { thread: entry.thread, token: entry.data.token },
      settings: entry.data.settings,
    })),

  'run-interrupted': (state, { data }) => inRun(state, (run) => ({ ...run, interrupted: data.reason })),

  'run-stopping': (state, { data }) => inRun(state, (run) => ({ ...run, stopping: data.reason })),

  'run-waiting': (state) => ({ ...state, status: 'waiting' }),

  'run-finished': (state, { data }) =>
    inRun({ ...state, status: 'finished' }, (run) => ({ ...run, outcome: data.outcome })),

  // The run is the past's until it is resumed from there.
  'thread-rewound': (state, { thread }) => inRun(state, (run) => ({ ...run, lease: { thread, token: 0 } })),
}
