import { randomUUID } from 'node:crypto'
import { realpath } from 'node:fs/promises'

import type { Milliseconds } from '@keepup/core'

import { findProject } from '../code-intelligence/project-folder.ts'
import { runProgram } from '../run-program.ts'
import { isFor, type KnownFormatter, knownFormatters } from './known-formatters.ts'

/** Where formatters are looked for, and how they are run. */
export interface FormatterOptions {
  /** The project folder, whose configuration says which formatters it wants. */
  readonly root: string
  /** Folders of programs, looked at after the project's `node_modules/.bin` and before the PATH. */
  readonly programs?: readonly string[]
  /** What they see: this process's own when left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** How long one may take: 10 seconds. */
  readonly timeout?: Milliseconds
}

/** What formatting a text came to. */
export type Formatted =
  | { readonly type: 'formatted'; readonly bytes: Buffer }
  | { readonly type: 'failed'; readonly reason: string }

/** The formatters that a project has. */
export interface Formatter {
  /** Without symbolic links. */
  readonly root: string
  /** The command that is run for a file, as policies see it; `undefined` where the project has no formatter for it. Pure. */
  commandFor(path: string): string | undefined
  /** Formats a text that is to be at a path. Writes nothing. Rejects only where the signal is aborted. */
  format(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<Formatted>
}

const mostOutput = 32 * 1024 * 1024

/**
 * Looks which formatters the project's configuration asks for: biome, oxfmt, prettier, ruff, gofmt, rustfmt. None is ever installed: one that is
 * configured and missing fails where it is needed, saying so.
 */
export async function createFormatter(options: FormatterOptions): Promise<Formatter> {
  const { programs = [], environment = process.env, timeout = 10_000 } = options
  const root = await realpath(options.root)
  const search = { root, programs, path: environment['PATH'] ?? '' }
  const project = await findProject(`${root}/.`, [], search)
  const wanted = await Promise.all(knownFormatters.map((known) => known.configured(project)))
  const configured = knownFormatters.filter((_, index) => wanted[index])
  const formatterFor = (path: string): KnownFormatter | undefined =>
    configured.find((one) => isFor(one, path))
  return {
    root,
    commandFor(path) {
      const known = formatterFor(path)
      return known === undefined ? undefined : [known.name, ...known.arguments(path)].join(' ')
    },
    async format(path, bytes, signal) {
      const known = formatterFor(path)
      if (known === undefined) return { type: 'failed', reason: 'the project has no formatter for it' }
      const command = await project.program(known.name)
      if (command === undefined) {
        const reason = `${known.name} is neither in the project's node_modules/.bin nor on the PATH. Install it`
        return { type: 'failed', reason }
      }
      const end = await runProgram({
        program: { command, arguments: known.arguments(path), folder: root, environment },
        input: bytes,
        timeout,
        mostOutput,
        signal,
        mark: `formatter-${randomUUID()}`,
      })
      if (end.type === 'stopped') return { type: 'failed', reason: `${known.name} was ended: ${end.reason}` }
      if (end.code === 0 && (end.output.length > 0 || bytes.length === 0)) {
        return { type: 'formatted', bytes: end.output }
      }
      const said = end.errors.trim().slice(0, 500)
      return { type: 'failed', reason: `${known.name} ended with code ${end.code}, saying: ${said}` }
    },
  }
}
