import type { MemoryKind } from '@keepup/memory'
import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import type { MemoryAddFlags } from '../memory/memory-add.ts'
import type { MemoryExportFlags, MemoryForgetFlags } from '../memory/memory-change.ts'
import type { MemoryConsolidateFlags } from '../memory/memory-consolidate.ts'
import type { MemoryFlags } from '../memory/memory-flags.ts'
import type { MemoryListFlags } from '../memory/memory-list.ts'
import type { MemorySearchFlags } from '../memory/memory-search.ts'
import { jsonFlag, storePlaceFlags, textFlag } from './run-flags.ts'

const flags = {
  ...storePlaceFlags,
  json: jsonFlag('Print JSON'),
  user: textFlag('Of this user', 'name'),
  project: textFlag('Of this project (default: this folder)', 'name'),
  agent: textFlag('Of this agent', 'name'),
  thread: textFlag('Of this thread', 'name'),
}
const words = { brief: 'The words', parse: String, placeholder: 'words' }
const item = { brief: 'The item, as list shows it', parse: String, placeholder: 'id' }
const asOf = textFlag('As it was known then: an entry or a date', 'moment')
const limit = {
  kind: 'parsed',
  optional: true,
  parse: count,
  placeholder: 'number',
  brief: 'How many at most (default: 10)',
} as const

function count(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new Error('a whole number above 0')
  return number
}

function kindOf(text: string): MemoryKind {
  const kind = (['semantic', 'procedural', 'episodic', 'working'] as const).find((known) => known === text)
  if (kind === undefined) throw new Error('semantic, procedural, episodic or working')
  return kind
}

const addRoute = buildCommand<MemoryAddFlags, string[], CommandLine>({
  loader: async () => performs((await import('../memory/memory-add.ts')).memoryAdd),
  parameters: {
    flags: {
      ...flags,
      kind: {
        kind: 'parsed',
        optional: true,
        parse: kindOf,
        placeholder: 'kind',
        brief: 'semantic (default), procedural, episodic, working',
      },
      key: textFlag('Its key, SUBJECT.ATTRIBUTE=VALUE', 'key'),
      pin: jsonFlag('Into the core block, for every prompt'),
    },
    positional: { kind: 'array', minimum: 1, parameter: words },
  },
  docs: { brief: 'Remember something' },
})

const observeRoute = buildCommand<MemoryFlags, [string], CommandLine>({
  loader: async () => performs((await import('../memory/memory-observe.ts')).memoryObserve),
  parameters: {
    flags,
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'The thread; its first letters are enough', parse: String, placeholder: 'thread' },
      ],
    },
  },
  docs: { brief: 'Keep what was said in a thread' },
})

const searchRoute = buildCommand<MemorySearchFlags, string[], CommandLine>({
  loader: async () => performs((await import('../memory/memory-search.ts')).memorySearch),
  parameters: {
    flags: { ...flags, limit, asOf },
    positional: { kind: 'array', minimum: 1, parameter: words },
  },
  docs: { brief: 'Find what was said and remembered' },
})

const listRoute = buildCommand<MemoryListFlags, [], CommandLine>({
  loader: async () => performs((await import('../memory/memory-list.ts')).memoryList),
  parameters: {
    flags: {
      ...flags,
      asOf,
      all: jsonFlag('Also what was taken back, refused, ended'),
      scopes: jsonFlag('The scopes that there are, instead'),
    },
  },
  docs: { brief: 'List what is remembered' },
})

const showRoute = buildCommand<MemoryFlags, [string?], CommandLine>({
  loader: async () => performs((await import('../memory/memory-show.ts')).memoryShow),
  parameters: { flags, positional: { kind: 'tuple', parameters: [{ ...item, optional: true }] } },
  docs: { brief: 'Show an item, or the core block that agents get' },
})

const explainRoute = buildCommand<MemoryFlags, [string], CommandLine>({
  loader: async () => performs((await import('../memory/memory-explain.ts')).memoryExplain),
  parameters: { flags, positional: { kind: 'tuple', parameters: [item] } },
  docs: { brief: 'Tell where an item comes from, and what became of it' },
})

const reviewRoute = buildCommand<MemoryFlags, [string?, string?], CommandLine>({
  loader: async () => performs((await import('../memory/memory-review.ts')).memoryReview),
  parameters: {
    flags,
    positional: {
      kind: 'tuple',
      parameters: [
        { ...item, optional: true },
        { brief: 'approve or reject', parse: String, placeholder: 'decision', optional: true },
      ],
    },
  },
  docs: { brief: 'List what waits for you, or decide about it' },
})

const mergeRoute = buildCommand<MemoryFlags, [string], CommandLine>({
  loader: async () => performs((await import('../memory/memory-change.ts')).memoryMerge),
  parameters: {
    flags,
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'The overlay of a fork, as list --scopes shows it', parse: String, placeholder: 'overlay' },
      ],
    },
  },
  docs: { brief: 'Propose what a fork remembered to what it was forked off' },
})

const consolidateRoute = buildCommand<MemoryConsolidateFlags, [], CommandLine>({
  loader: async () => performs((await import('../memory/memory-consolidate.ts')).memoryConsolidate),
  parameters: {
    flags: {
      ...flags,
      dryRun: jsonFlag('Say what would change, and change nothing'),
      again: jsonFlag('Look at all that was said again'),
      model: textFlag('Lets this model propose what waits for you', 'model'),
    },
  },
  docs: {
    brief: 'Derive facts and rules from what was said',
    fullDescription: [
      'Derives facts and rules from what people said since the last time, by patterns.',
      'Commands and changes that runs in this folder made again and again, and that',
      'worked, wait for you as procedures; so does what --model proposes, where it',
      'quotes words that were said: keepup memory review.',
    ].join('\n'),
  },
})

const forgetRoute = buildCommand<MemoryForgetFlags, string[], CommandLine>({
  loader: async () => performs((await import('../memory/memory-change.ts')).memoryForget),
  parameters: {
    flags: { ...flags, erase: jsonFlag('Destroy evidence for good; without names, everything') },
    positional: { kind: 'array', minimum: 0, parameter: item },
  },
  docs: { brief: 'Take items back, or erase for good' },
})

const undoRoute = buildCommand<MemoryFlags, [string], CommandLine>({
  loader: async () => performs((await import('../memory/memory-change.ts')).memoryUndo),
  parameters: {
    flags,
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'The number of the entry', parse: String, placeholder: 'entry' }],
    },
  },
  docs: { brief: 'Undo what an entry changed' },
})

const exportRoute = buildCommand<MemoryExportFlags, [], CommandLine>({
  loader: async () => performs((await import('../memory/memory-change.ts')).memoryExport),
  parameters: {
    flags: { ...flags, output: textFlag('A file that is not there yet', 'file') },
    aliases: { o: 'output' },
  },
  docs: { brief: 'Print everything as lines of JSON' },
})

/** `keepup memory add|observe|search|list|show|explain|review|merge|consolidate|forget|undo|export` */
export const memoryRoutes = buildRouteMap<string, CommandLine>({
  routes: {
    add: addRoute,
    observe: observeRoute,
    search: searchRoute,
    list: listRoute,
    show: showRoute,
    explain: explainRoute,
    review: reviewRoute,
    merge: mergeRoute,
    consolidate: consolidateRoute,
    forget: forgetRoute,
    undo: undoRoute,
    export: exportRoute,
  },
  docs: { brief: 'Memory: what was said and what follows from it, over sessions' },
})
