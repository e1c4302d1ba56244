import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import type { GraphFileFlags, GraphRunFlags } from '../graph/graph-flags.ts'
import type { GraphImportFlags } from '../graph/graph-import.ts'
import { jsonFlag, runFlags, storePlaceFlags, textFlag, threadFlag } from './run-flags.ts'
import type { StoreFlags } from './thread-routes.ts'

const file = { brief: 'The file of the graph: JSON or YAML', parse: String, placeholder: 'file' }

const graphRunFlags = {
  ...runFlags,
  functions: textFlag('JavaScript module whose exports are the functions that nodes call', 'file'),
  allowRequests: jsonFlag('Let blocks of imported graphs send requests'),
  stay: jsonFlag('Stay while the graph waits, and go on by itself'),
}

const runRoute = buildCommand<GraphRunFlags, string[], CommandLine>({
  loader: async () => performs((await import('../graph/graph-run.ts')).graphRun),
  parameters: {
    flags: { ...graphRunFlags, thread: threadFlag('Thread to begin (default: a new one)') },
    aliases: { m: 'model', C: 'cwd' },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: {
        brief: 'The file, then parameters: NAME=VALUE, or @FILE',
        parse: String,
        placeholder: 'words',
      },
    },
  },
  docs: {
    brief: 'Run a graph from its file',
    customUsage: ['[flags] file [NAME=VALUE...]'],
    fullDescription: [
      'Runs a graph, every step a checkpoint. What it gives is printed; where it waits,',
      'how to answer is.',
      '',
      '  keepup graph run release.yaml version=1.2.0',
    ].join('\n'),
  },
})

const resumeRoute = buildCommand<GraphRunFlags, [string, string], CommandLine>({
  loader: async () => performs((await import('../graph/graph-resume.ts')).graphResume),
  parameters: {
    flags: { ...graphRunFlags, thread: threadFlag('Not used here: the thread is named after the file') },
    aliases: { m: 'model', C: 'cwd' },
    positional: {
      kind: 'tuple',
      parameters: [
        file,
        { brief: 'The thread; its first letters are enough', parse: String, placeholder: 'thread' },
      ],
    },
  },
  docs: { brief: 'Go on with a graph: after a kill, an answer, a failure that was mended' },
})

const checkRoute = buildCommand<GraphFileFlags, string[], CommandLine>({
  loader: async () => performs((await import('../graph/graph-check.ts')).graphCheck),
  parameters: {
    flags: { json: jsonFlag('Print lines of JSON') },
    positional: { kind: 'array', minimum: 1, parameter: file },
  },
  docs: { brief: 'Say everything that is wrong with the file of a graph, each at its line' },
})

const showRoute = buildCommand<StoreFlags & { readonly thread?: string }, [string], CommandLine>({
  loader: async () => performs((await import('../graph/graph-show.ts')).graphShow),
  parameters: {
    flags: {
      ...storePlaceFlags,
      json: jsonFlag('Print JSON: the graph, or where the run of --thread stands'),
      thread: threadFlag('Paint in where the run of this thread stands'),
    },
    positional: { kind: 'tuple', parameters: [file] },
  },
  docs: { brief: 'Print a graph as a flowchart of Mermaid' },
})

const importRoute = buildCommand<GraphImportFlags, [string], CommandLine>({
  loader: async () => performs((await import('../graph/graph-import.ts')).graphImport),
  parameters: {
    flags: {
      json: jsonFlag('Print JSON: the graph and the report'),
      output: textFlag('File to write the graph to (default: standard output)', 'file'),
      force: jsonFlag('Replace that file where it is there'),
    },
    aliases: { o: 'output' },
    positional: { kind: 'tuple', parameters: [{ ...file, brief: 'A graph that AutoGPT exported' }] },
  },
  docs: { brief: 'Make a graph of one that AutoGPT exported, and say what became of each block' },
})

/** `keepup graph run|resume|show|check|import` */
export const graphRoutes = buildRouteMap<'check' | 'import' | 'resume' | 'run' | 'show', CommandLine>({
  routes: { run: runRoute, resume: resumeRoute, show: showRoute, check: checkRoute, import: importRoute },
  docs: { brief: 'Graphs: workflows whose every step is a checkpoint' },
})
