import { randomUUID } from 'node:crypto'
import { realpath } from 'node:fs/promises'

import { KeepupError, type Milliseconds } from '@keepup/core'

import { diagnoseEdits, type EditedFile } from './diagnose-edits.ts'
import { diagnoseFiles, type DiagnosticsReport } from './diagnose-files.ts'
import { knownServers } from './known-servers.ts'
import type { LanguageServer } from './language-server.ts'
import { definitionOf, type NamePlace, projectSymbolsOf, referencesOf, symbolsOf } from './navigate.ts'
import { type FileEdits, planRename } from './plan-rename.ts'
import type { Location } from './read-answer.ts'
import type { FoundSymbol } from './read-symbols.ts'
import type { ServerAnswer } from './server-answer.ts'
import { type Answered, createServerPool, patienceOf, type ServerPool } from './server-pool.ts'
import type { Patience } from './server-session.ts'
import type { KeepingTimes } from './server-starter.ts'

/** How long an answer may take. */
export interface AskOptions {
  /** How long to wait, the start of a server included; what is not known by then is `pending`. 10 seconds when left out. */
  readonly wait?: Milliseconds
  readonly signal?: AbortSignal
}

/** What servers found, with how each took part. */
export interface Found<T> {
  readonly found: readonly T[]
  /** Empty where the file is in no language that is known. */
  readonly servers: readonly ServerAnswer[]
}

/** What is known of the code of one folder. Paths are absolute and without symbolic links. */
export interface CodeIntelligence extends AsyncDisposable {
  /** Without symbolic links. */
  readonly root: string
  /** The commands that may be run for a file, as policies see them. Pure. */
  commandsFor(path: string): readonly string[]
  diagnostics(paths: readonly string[], options?: AskOptions): Promise<DiagnosticsReport>
  /** Only what edits added. The files must hold what `after` says. */
  diagnosticsSince(edits: readonly EditedFile[], options?: AskOptions): Promise<DiagnosticsReport>
  definition(place: NamePlace, options?: AskOptions): Promise<Found<Location>>
  references(place: NamePlace, options?: AskOptions): Promise<Found<Location>>
  /** The symbols of a file; with a name, those of its whole project that resemble it. */
  symbols(
    of: { readonly path: string; readonly name?: string },
    options?: AskOptions,
  ): Promise<Found<FoundSymbol>>
  /** What a rename would change. Nothing is changed. */
  rename(place: NamePlace, newName: string, options?: AskOptions): Promise<Found<FileEdits>>
  /** The servers that run now. */
  running(): readonly { readonly server: string; readonly folder: string }[]
}

/** What code intelligence is made of. */
export interface CodeIntelligenceOptions {
  /** The folder whose code it is about; servers and programs are looked for inside of it, then on the PATH. */
  readonly root: string
  /** {@link knownServers} when left out. */
  readonly servers?: readonly LanguageServer[]
  /** Folders of programs, looked at after the project's `node_modules/.bin` and before the PATH. */
  readonly programs?: readonly string[]
  /** What servers see: this process's own when left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly times?: Partial<KeepingTimes>
  /** How many servers may run at once: 6. Those that were not used for longest are stopped. */
  readonly most?: number
  /** Names that no other server of this machine has: random ones when left out. */
  readonly newMark?: () => string
}

const times: KeepingTimes = { start: 30_000, idle: 300_000, settle: 300, pause: 500 }

/**
 * Code intelligence over language servers: each is started when it is first needed, shared by all callers, restarted after a crash with growing pauses, stopped
 * when nobody asks for five minutes, and ends with this process, however that ends. None is ever installed.
 */
export async function createCodeIntelligence(options: CodeIntelligenceOptions): Promise<CodeIntelligence> {
  const { servers = knownServers(), environment = process.env, programs = [], most = 6 } = options
  const root = await realpath(options.root)
  const pool = createServerPool({
    servers,
    search: { root, programs, path: environment['PATH'] ?? '' },
    environment,
    times: { ...times, ...options.times },
    most,
    newMark: options.newMark ?? (() => `language-server-${randomUUID()}`),
  })
  return intelligenceOver(pool, root, servers)
}

function patience({ wait = 10_000, signal }: AskOptions = {}): Patience {
  return patienceOf(wait, signal)
}

function intelligenceOver(
  pool: ServerPool,
  root: string,
  servers: readonly LanguageServer[],
): CodeIntelligence {
  return {
    root,
    commandsFor: (path) =>
      servers
        .filter(({ languages }) => Object.keys(languages).some((extension) => path.endsWith(extension)))
        .map(({ command }) => command),
    diagnostics: (paths, options) => diagnoseFiles(pool, root, { paths, patience: patience(options) }),
    diagnosticsSince: (edits, options) => diagnoseEdits(pool, root, { edits, patience: patience(options) }),
    definition: async (place, options) => joined(await definitionOf(pool, place, patience(options))),
    references: async (place, options) => joined(await referencesOf(pool, place, patience(options))),
    symbols: async ({ path, name }, options) =>
      joined(
        await (name === undefined
          ? symbolsOf(pool, path, patience(options))
          : projectSymbolsOf(pool, { path, name }, patience(options))),
      ),
    rename: async (place, newName, options) => {
      const plan = joined(await planRename(pool, { place, newName }, patience(options)))
      // Two servers that both rename would do it twice.
      if (plan.servers.filter(({ state }) => state === 'answered').length > 1) {
        throw new KeepupError(
          'tool-failed',
          'More than one language server would rename this. Nothing was changed.',
        )
      }
      return plan
    },
    running: () =>
      pool.running().map(({ server, keeper }) => ({ server: server.name, folder: keeper.folder })),
    [Symbol.asyncDispose]: () => pool.stop(),
  }
}

function joined<T>(answers: readonly Answered<readonly T[]>[]): Found<T> {
  return {
    found: answers.flatMap(({ value = [] }) => value),
    servers: answers.map(({ answer }) => answer),
  }
}
