import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, storePlaceFlags, textFlag } from './run-flags.ts'
import type { StoreFlags } from './thread-routes.ts'
import { positionHelp } from './travel-routes.ts'

/** The flags of `keepup context show`. */
export interface ContextShowFlags extends StoreFlags {
  readonly at?: string
}

const showRoute = buildCommand<ContextShowFlags, [string], CommandLine>({
  loader: async () => performs((await import('../context/context-show.ts')).contextShow),
  parameters: {
    flags: {
      ...storePlaceFlags,
      json: jsonFlag('Print JSON, with all of its texts'),
      at: textFlag('As it was then', 'position'),
    },
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'The thread; its first letters are enough', parse: String, placeholder: 'thread' },
      ],
    },
  },
  docs: {
    brief: 'Show what the model would be shown now, by section, in tokens',
    fullDescription: positionHelp,
  },
})

/** `keepup context show THREAD` */
export const contextRoutes = buildRouteMap<string, CommandLine>({
  routes: { show: showRoute },
  docs: { brief: 'What the model of a thread is shown' },
})
