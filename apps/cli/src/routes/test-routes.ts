import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, storePlaceFlags } from './run-flags.ts'
import type { StoreFlags } from './thread-routes.ts'

/** The flags of `keepup test record`. */
export interface RecordFlags extends StoreFlags {
  readonly force: boolean
}

const recordRoute = buildCommand<RecordFlags, [string, string], CommandLine>({
  loader: async () => performs((await import('../commands/test-record.ts')).testRecord),
  parameters: {
    flags: {
      ...storePlaceFlags,
      json: jsonFlag('Print lines of JSON'),
      force: jsonFlag('Replace the file where it is there'),
    },
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'The thread; its first letters are enough', parse: String, placeholder: 'thread' },
        { brief: 'The file to write', parse: String, placeholder: 'file' },
      ],
    },
  },
  docs: {
    brief: 'Make a thread a regression test that runs without a model',
    fullDescription: [
      'Writes everything that happened in a thread to one file, which keepup test',
      'run executes again: without model, tools, network or database.',
    ].join('\n'),
  },
})

const runRoute = buildCommand<Pick<StoreFlags, 'json'>, string[], CommandLine>({
  loader: async () => performs((await import('../commands/test-run.ts')).testRun),
  parameters: {
    flags: { json: jsonFlag('Print lines of JSON') },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { brief: 'Recorded tests', parse: String, placeholder: 'file' },
    },
  },
  docs: { brief: 'Run recorded tests; exits 1 where one comes out otherwise' },
})

/** `keepup test record|run` */
export const testRoutes = buildRouteMap<'record' | 'run', CommandLine>({
  routes: { record: recordRoute, run: runRoute },
  docs: { brief: 'Regression tests made of threads' },
})
