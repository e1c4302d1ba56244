import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, storePlaceFlags, textFlag } from './run-flags.ts'
import type { StoreFlags } from './thread-routes.ts'

const thread = { brief: 'The thread; its first letters are enough', parse: String, placeholder: 'thread' }
const storeFlags = { ...storePlaceFlags, json: jsonFlag('Print JSON') }

const treeRoute = buildCommand<StoreFlags, [string], CommandLine>({
  loader: async () => performs((await import('../agents/agents-tree.ts')).agentsTree),
  parameters: { flags: storeFlags, positional: { kind: 'tuple', parameters: [thread] } },
  docs: {
    brief: 'Show the agents below a thread: who they are, how they stand, what they used',
    fullDescription: [
      'Shows an agent and those that it started, level by level. An agent may start',
      'others where a run is given the tools for it:',
      '',
      '  keepup run --tools agents "Find out how the parser works, and document it"',
    ].join('\n'),
  },
})

/** The flags of `keepup agents cancel`. */
export interface CancelFlags extends StoreFlags {
  readonly reason?: string
}

const cancelRoute = buildCommand<CancelFlags, [string], CommandLine>({
  loader: async () => performs((await import('../agents/agents-cancel.ts')).agentsCancel),
  parameters: {
    flags: { ...storeFlags, reason: textFlag('Why, for the record', 'text') },
    positional: { kind: 'tuple', parameters: [thread] },
  },
  docs: { brief: 'End an agent and all below it, whichever process runs them' },
})

/** `keepup agents tree|cancel` */
export const agentRoutes = buildRouteMap<'tree' | 'cancel', CommandLine>({
  routes: { tree: treeRoute, cancel: cancelRoute },
  docs: { brief: 'Agents that agents started' },
})
