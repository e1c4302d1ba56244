import { buildCommand } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import { parseDuration } from '../settings/duration.ts'
import { jsonFlag, storePlaceFlags, textFlag, threadFlag } from './run-flags.ts'
import type { StoreFlags } from './thread-routes.ts'

const storeFlags = { ...storePlaceFlags, json: jsonFlag('Print lines of JSON') }
const thread = { brief: 'The thread; its first letters are enough', parse: String, placeholder: 'thread' }
const folder = textFlag('Folder that the agent worked in (default: here)', 'folder')

/** How positions are written, for the help of commands that take one. */
export const positionHelp = [
  'A position is an entry by its number (12; 0 is the beginning), entries',
  'before the end (-3), message:2 (before the second thing that a person said;',
  'message:-1 the last), a time (14:30, 2026-11-21T14:30, 10m-ago), a tag, or',
  'head.',
].join('\n')

/** The flags of `keepup fork`. */
export interface ForkFlags extends StoreFlags {
  readonly at?: string
  readonly as?: string
  readonly message?: string
  readonly edit: boolean
  readonly file?: string
  readonly worktree?: string
  readonly cwd?: string
}

/** `keepup fork THREAD` */
export const forkRoute = buildCommand<ForkFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/fork.ts')).fork),
  parameters: {
    flags: {
      ...storeFlags,
      at: textFlag('Where (default: its end)', 'position'),
      as: threadFlag('Name of the new thread (default: a new one)'),
      message: textFlag('Say this to it instead of what came after', 'text'),
      edit: jsonFlag('Change its conversation in your EDITOR first'),
      file: textFlag('Take its changed conversation from a file, or - for stdin', 'file'),
      worktree: textFlag('Give it files of its own, as they were, in this new folder', 'folder'),
      cwd: folder,
    },
    aliases: { C: 'cwd' },
    positional: { kind: 'tuple', parameters: [thread] },
  },
  docs: {
    brief: 'Begin another thread from any position of one',
    fullDescription: [
      'The new thread has the same past, and goes its own way with keepup resume.',
      'A conversation to edit is what keepup show --json prints as messages. With',
      '--worktree it works in a folder of its own from then on, wherever keepup',
      'resume is called.',
      '',
      '  keepup fork THREAD --at message:-1 --message "Use tabs instead"',
      '  keepup fork THREAD --at 12 --worktree ../try',
      '',
      positionHelp,
    ].join('\n'),
  },
})

/** The flags of `keepup rewind`. */
export interface RewindFlags extends StoreFlags {
  readonly to: string
  readonly files: boolean
  readonly cwd?: string
}

/** `keepup rewind THREAD --to POSITION` */
export const rewindRoute = buildCommand<RewindFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/rewind.ts')).rewind),
  parameters: {
    flags: {
      ...storeFlags,
      to: { kind: 'parsed', parse: String, placeholder: 'position', brief: 'Where to' },
      files: jsonFlag('Bring the files back too, as they were then'),
      cwd: folder,
    },
    aliases: { C: 'cwd' },
    positional: { kind: 'tuple', parameters: [thread] },
  },
  docs: {
    brief: 'Take a thread back, as if what came after had never happened',
    fullDescription: [
      'What came after stays in the log: keepup show --all finds it, and a rewind',
      'can be rewound. A thread that is running goes back after its present turn.',
      '',
      positionHelp,
    ].join('\n'),
  },
})

/** The flags of `keepup diff`. */
export interface DiffFlags extends StoreFlags {
  readonly cwd?: string
  readonly mode?: DiffMode
}

/** What one position is compared with. */
export type DiffMode = (typeof diffModes)[number]

function diffMode(text: string): DiffMode {
  const mode = diffModes.find((known) => known === text)
  if (mode === undefined) throw new Error(`one of ${diffModes.join(', ')}`)
  return mode
}

const diffModes = ['from-init', 'checkpoint', 'to-current', 'full'] as const

const place = { brief: 'THREAD or THREAD@POSITION', parse: String }

/** `keepup diff A[@POSITION] B[@POSITION]` */
export const diffRoute = buildCommand<DiffFlags, [string, string?], CommandLine>({
  loader: async () => performs((await import('../commands/diff.ts')).diff),
  parameters: {
    flags: {
      ...storeFlags,
      mode: {
        kind: 'parsed',
        parse: diffMode,
        optional: true,
        placeholder: 'mode',
        brief: diffModes.join(', '),
      },
      cwd: folder,
    },
    aliases: { C: 'cwd' },
    positional: {
      kind: 'tuple',
      parameters: [
        { ...place, placeholder: 'before' },
        { ...place, placeholder: 'after', optional: true },
      ],
    },
  },
  docs: {
    brief: 'Show how two positions differ: messages, files, state',
    customUsage: ['[flags] THREAD@POSITION THREAD@POSITION', '--mode MODE [flags] THREAD@POSITION'],
    fullDescription: [
      'With --mode one position is enough. from-init: from the beginning to it.',
      'checkpoint: what the checkpoint it belongs to changed. to-current: from it to',
      'the end of the thread and the files as they are now. full: from the beginning',
      'to now.',
      '',
      positionHelp,
    ].join('\n'),
  },
})

/** The flags of `keepup replay`. */
export interface ReplayFlags extends StoreFlags {
  readonly until?: string
  readonly step: boolean
}

/** `keepup replay THREAD` */
export const replayRoute = buildCommand<ReplayFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/replay.ts')).replay),
  parameters: {
    flags: {
      ...storeFlags,
      until: textFlag('Only up to there', 'position'),
      step: jsonFlag('Show what came out, entry by entry'),
    },
    positional: { kind: 'tuple', parameters: [thread] },
  },
  docs: {
    brief: 'Execute a thread again and say whether all comes out the same',
    fullDescription: [
      'Runs the agent loop on what was recorded: no model is called, no tool runs.',
      'Exits 1 where an entry would come out otherwise, and names it.',
      '',
      positionHelp,
    ].join('\n'),
  },
})

/** The flags of `keepup tag`. */
export interface TagFlags extends StoreFlags {
  readonly at?: string
  readonly remove: boolean
}

/** `keepup tag THREAD [NAME]` */
export const tagRoute = buildCommand<TagFlags, [string, string?], CommandLine>({
  loader: async () => performs((await import('../commands/tag.ts')).tag),
  parameters: {
    flags: {
      ...storeFlags,
      at: textFlag('Where (default: its end)', 'position'),
      remove: jsonFlag('Take the tag away'),
    },
    positional: {
      kind: 'tuple',
      parameters: [
        thread,
        { brief: 'The tag; without it they are listed', parse: String, placeholder: 'name', optional: true },
      ],
    },
  },
  docs: { brief: 'Bookmark a position of a thread, or list its bookmarks', fullDescription: positionHelp },
})

/** `keepup compare THREAD...` */
export const compareRoute = buildCommand<StoreFlags, string[], CommandLine>({
  loader: async () => performs((await import('../commands/compare.ts')).compare),
  parameters: {
    flags: storeFlags,
    positional: { kind: 'array', minimum: 1, parameter: thread },
  },
  docs: {
    brief: 'Show forks beside each other: outcome, turns, cost, answer',
    fullDescription: 'With one thread: it and everything that was forked from it.',
  },
})

/** The flags of `keepup bisect`. */
export interface BisectFlags extends StoreFlags {
  readonly from?: string
  readonly to?: string
  readonly timeout?: string
  readonly cwd?: string
}

/** `keepup bisect THREAD -- COMMAND` */
export const bisectRoute = buildCommand<BisectFlags, string[], CommandLine>({
  loader: async () => performs((await import('../commands/bisect.ts')).bisect),
  parameters: {
    flags: {
      ...storeFlags,
      from: textFlag('The first to check (default: its beginning)', 'position'),
      to: textFlag('The last to check, where the command fails (default: its end)', 'position'),
      timeout: {
        kind: 'parsed',
        optional: true,
        brief: 'How long a check may take (default: 10m)',
        placeholder: 'time',
        parse: duration,
      },
      cwd: folder,
    },
    aliases: { C: 'cwd' },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { brief: 'Thread, and the command to check with', parse: String, placeholder: 'words' },
    },
  },
  docs: {
    brief: 'Find the first checkpoint at which a command fails',
    customUsage: ['[flags] THREAD -- command...'],
    fullDescription: [
      'Searches in halves. The command finds the state in the JSON file that',
      'KEEPUP_STATE names, and runs among the files of then where they were kept.',
      'Exit 0 passes, 125 cannot tell, anything else fails. One word is a line for',
      'the shell.',
      '',
      '  keepup bisect THREAD -- npm test',
      '',
      positionHelp,
    ].join('\n'),
  },
})

function duration(text: string): string {
  if (parseDuration(text) === undefined) throw new Error('a duration: 90s, 10m, 2h')
  return text
}
