import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import type { ContextMapFlags } from '../context/context-map.ts'
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

const mapRoute = buildCommand<ContextMapFlags, string[], CommandLine>({
  loader: async () => performs((await import('../context/context-map.ts')).contextMap),
  parameters: {
    flags: {
      budget: {
        kind: 'parsed',
        optional: true,
        parse: tokens,
        placeholder: 'tokens',
        brief: 'How many tokens it may have (default: 2,000)',
      },
      cwd: textFlag('Folder of the sources (default: here)', 'folder'),
      json: jsonFlag('Print JSON'),
    },
    aliases: { C: 'cwd' },
    positional: {
      kind: 'array',
      minimum: 0,
      parameter: { brief: 'Names that come first', parse: String, placeholder: 'name' },
    },
  },
  docs: {
    brief: 'Show the declarations of a project that most of it uses',
    fullDescription: [
      'A map of the sources in a folder: declarations by file and line, those that most',
      'other files speak of. --tools map lets an agent ask for it.',
    ].join('\n'),
  },
})

function tokens(text: string): number {
  const count = Number(text)
  if (!Number.isSafeInteger(count) || count < 1) throw new Error('a whole number above 0')
  return count
}

/** `keepup context show|map` */
export const contextRoutes = buildRouteMap<string, CommandLine>({
  routes: { show: showRoute, map: mapRoute },
  docs: { brief: 'What the model of a thread is shown, and a map of a project' },
})
