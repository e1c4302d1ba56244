import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, storePlaceFlags, textFlag } from './run-flags.ts'
import type { StoreFlags } from './thread-routes.ts'

const storeFlags = { ...storePlaceFlags, json: jsonFlag('Print lines of JSON') }

const listRoute = buildCommand<StoreFlags, [], CommandLine>({
  loader: async () => performs((await import('../commands/approvals-list.ts')).approvalsList),
  parameters: { flags: storeFlags },
  docs: { brief: 'List the questions of all threads that wait for an answer' },
})

/** The flags of `keepup approvals answer`. */
export interface AnswerFlags extends StoreFlags {
  readonly always: boolean
  readonly message?: string
  readonly cwd?: string
}

const answerRoute = buildCommand<AnswerFlags, [string, string], CommandLine>({
  loader: async () => performs((await import('../commands/approvals-answer.ts')).approvalsAnswer),
  parameters: {
    flags: {
      ...storeFlags,
      always: jsonFlag('Allow exactly this for good, in the folder that the agent works in'),
      message: textFlag('What the agent is told with a no, or as the answer to its question', 'text'),
      cwd: textFlag('With --always: that folder, where the thread does not tell it', 'folder'),
    },
    aliases: { C: 'cwd' },
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'The approval; its first letters are enough', parse: String, placeholder: 'id' },
        {
          brief: 'allow or deny; to a question, the words or the number that answer it',
          parse: String,
          placeholder: 'answer',
        },
      ],
    },
  },
  docs: {
    brief: 'Answer a question of any thread, from anywhere; the first answer counts',
    customUsage: ['[flags] id allow|deny', '[flags] id "words"'],
  },
})

/** `keepup approvals list|answer` */
export const approvalRoutes = buildRouteMap<'list' | 'answer', CommandLine>({
  routes: { list: listRoute, answer: answerRoute },
  docs: { brief: 'Questions that agents wait for, and your answers' },
})
