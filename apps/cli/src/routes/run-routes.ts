import { buildCommand } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { type OutputFormat, outputFormats } from '../running/output-format.ts'
import { type RunFlags, runFlags, threadFlag } from './run-flags.ts'

/** The flags of commands that show a run. */
export interface ShownRunFlags extends RunFlags {
  readonly outputFormat?: OutputFormat
}

const shownRunFlags = {
  ...runFlags,
  outputFormat: {
    kind: 'enum',
    values: outputFormats,
    optional: true,
    brief: 'What is printed; claude, codex, gemini: lines of JSON as theirs',
  },
} as const

const word = {
  brief: 'What the agent is to do; - reads it from standard input',
  parse: String,
  placeholder: 'prompt',
}

/** `keepup run [prompt...]` */
export const runRoute = buildCommand<ShownRunFlags & { readonly thread?: string }, string[], CommandLine>({
  loader: async () => performs((await import('../commands/run.ts')).run),
  parameters: {
    flags: { ...shownRunFlags, thread: threadFlag('Thread to begin or to go on with (default: a new one)') },
    aliases: { m: 'model', C: 'cwd' },
    positional: { kind: 'array', parameter: word },
  },
  docs: {
    brief: 'Run an agent on a prompt',
    customUsage: ['[flags] prompt...'],
    fullDescription: [
      'Runs an agent on a prompt, in this folder or in --cwd. Without a prompt it is',
      'read from standard input; piped text is added to a prompt.',
      'Everything that happens is kept in a thread; after a kill: keepup resume',
      '',
      '  keepup run "Fix the failing test" --mode yolo --max-cost 0.50',
      '  git diff | keepup run "Review this change"',
    ].join('\n'),
  },
})

/** `keepup resume [thread]` */
export const resumeRoute = buildCommand<ShownRunFlags, [string?], CommandLine>({
  loader: async () => performs((await import('../commands/resume.ts')).resume),
  parameters: {
    flags: shownRunFlags,
    aliases: { m: 'model', C: 'cwd' },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'The thread (default: the latest unfinished one)',
          parse: String,
          placeholder: 'thread',
          optional: true,
        },
      ],
    },
  },
  docs: {
    brief: 'Go on where a run was killed, interrupted or waits',
    customUsage: ['[flags] [thread]'],
    fullDescription: [
      'Goes on with a thread: after a kill, an interrupt, a limit or an answered',
      'approval. Takes the flags of keepup run; give the same ones.',
    ].join('\n'),
  },
})
