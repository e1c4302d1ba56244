import { buildCommand } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { type RunFlags, runFlags, threadFlag } from './run-flags.ts'

/** The flags of an interactive session. */
export interface ChatFlags extends Omit<RunFlags, 'json'> {
  readonly thread?: string
  readonly continue: boolean
  readonly plain: boolean
}

const { json: _, ...settings } = runFlags

/** `keepup chat`, and `keepup` alone at a terminal. */
export const chatRoute = buildCommand<ChatFlags, [], CommandLine>({
  loader: async () => performs((await import('../session/chat.ts')).chat),
  parameters: {
    flags: {
      ...settings,
      thread: threadFlag('Thread to go on with (default: a new one)'),
      continue: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Go on with the latest thread of this folder',
      },
      plain: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Lines only, nothing is redrawn: for screen readers and pipes',
      },
    },
    aliases: { m: 'model', C: 'cwd' },
  },
  docs: {
    brief: 'Talk with an agent at the terminal; keepup alone does the same',
    fullDescription: [
      'Opens an interactive session in this folder, or in --cwd: say what to do, watch',
      'it happen, answer questions in place, go back. /help there lists its commands.',
      'With --plain (or KEEPUP_PLAIN=1), without a terminal and with TERM=dumb it reads',
      'and prints lines.',
    ].join('\n'),
  },
})
