import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, type RunFlags, runFlags, storePlaceFlags, textFlag, threadFlag } from './run-flags.ts'
import type { StoreFlags } from './thread-routes.ts'

/** The flags of `keepup sop run` and `keepup sop resume`. */
export interface SopRunFlags extends Omit<RunFlags, 'role'> {
  readonly thread?: string
  readonly command?: readonly string[]
  readonly trustCommands: boolean
}

/** The flags of `keepup sop show`. */
export interface SopShowFlags extends StoreFlags {
  readonly thread?: string
  readonly mermaid: boolean
  readonly cwd?: string
}

/** The flags of `keepup sop check`. */
export interface SopCheckFlags {
  readonly tools?: string
  readonly cwd?: string
  readonly json: boolean
}

const name = {
  brief: 'A procedure of keepup, one in .keepup/sops, or a file',
  parse: String,
  placeholder: 'name',
}

// Each phase says in which role its agent works.
const { role: _, ...common } = runFlags
const sopFlags = {
  ...common,
  command: {
    ...textFlag('Replace a command of the procedure: test="make check"', 'name=words'),
    variadic: true,
  },
  trustCommands: jsonFlag('Do not ask before commands of a procedure that the project brings'),
} as const

const runRoute = buildCommand<SopRunFlags, string[], CommandLine>({
  loader: async () => performs((await import('../sop/sop-run.ts')).sopRun),
  parameters: {
    flags: { ...sopFlags, thread: threadFlag('Thread to begin (default: a new one)') },
    aliases: { m: 'model', C: 'cwd' },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { brief: 'The procedure, then the task', parse: String, placeholder: 'words' },
    },
  },
  docs: {
    brief: 'Work by a procedure: phases, and gates between them that keepup runs itself',
    customUsage: ['[flags] name "task"'],
    fullDescription: [
      'Works by a procedure. What the agent says moves nothing: a phase is left when',
      'its gates pass, and their results hold for the files that they saw.',
      '',
      '  keepup sop run fix-bug "Dates before 1970 are wrong" --command test="npm test"',
    ].join('\n'),
  },
})

const resumeRoute = buildCommand<SopRunFlags, [string], CommandLine>({
  loader: async () => performs((await import('../sop/sop-resume.ts')).sopResume),
  parameters: {
    flags: { ...sopFlags, thread: threadFlag('Not used here: the thread is named') },
    aliases: { m: 'model', C: 'cwd' },
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'The thread; its first letters are enough', parse: String, placeholder: 'thread' },
      ],
    },
  },
  docs: { brief: 'Go on with a procedure: after a kill, an answer, a model that did not answer' },
})

const showRoute = buildCommand<SopShowFlags, [string?], CommandLine>({
  loader: async () => performs((await import('../sop/sop-show.ts')).sopShow),
  parameters: {
    flags: {
      ...storePlaceFlags,
      thread: threadFlag('Show where the procedure of this thread stands'),
      mermaid: jsonFlag('Print a state diagram of Mermaid'),
      json: jsonFlag('Print JSON'),
      cwd: textFlag('Folder of the project (default: here)', 'folder'),
    },
    aliases: { C: 'cwd' },
    positional: { kind: 'tuple', parameters: [{ ...name, optional: true }] },
  },
  docs: { brief: 'Show a procedure: its phases, tools and gates, or where a thread stands in it' },
})

const checkRoute = buildCommand<SopCheckFlags, string[], CommandLine>({
  loader: async () => performs((await import('../sop/sop-check.ts')).sopCheck),
  parameters: {
    flags: {
      tools: textFlag('Hold the names of tools against those of keepup and these', 'names'),
      cwd: textFlag('Folder of the project (default: here)', 'folder'),
      json: jsonFlag('Print lines of JSON'),
    },
    aliases: { C: 'cwd' },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { ...name, brief: 'The file of a procedure: JSON or YAML' },
    },
  },
  docs: { brief: 'Say everything that is wrong with the file of a procedure, each at its line' },
})

/** `keepup sop run|resume|show|check` */
export const sopRoutes = buildRouteMap<'check' | 'resume' | 'run' | 'show', CommandLine>({
  routes: { run: runRoute, resume: resumeRoute, show: showRoute, check: checkRoute },
  docs: { brief: 'Procedures: an agent moves on when checks say so, not when it says so' },
})
