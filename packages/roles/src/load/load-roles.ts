import { dirname, resolve } from 'node:path'

import type { RoleScope } from '../role/role-definition.ts'
import { findFiles } from '../source/find-files.ts'
import type { RoleProblem } from '../source/problem.ts'
import { readPlainFile } from '../source/read-plain-file.ts'
import { problemsOf } from '../source/source-fault.ts'
import type { FormatName } from './format-name.ts'
import { formats } from './formats.ts'
import { type Collected, collected, type LoadedRoles } from './loaded-roles.ts'
import type { ReadContext, RoleFormat } from './role-format.ts'

/** @limit How many files of one format are read from a folder. */
const mostFiles = 1_000

/** Where roles are looked for. */
export interface LoadOptions {
  /** The project; a person's home folder for `scope: 'user'`, and of the format `keepup` the folder of its configuration. No file outside of it is opened. */
  readonly folder: string
  readonly scope: RoleScope
  /** Which formats; all when left out. */
  readonly formats?: readonly FormatName[]
}

/**
 * Reads the files of a folder that say who agents are. Nothing is run, started, or asked for over a network; no file outside of the folder is opened. A file
 * that cannot be read is told in `problems`, with its line, and the others are read.
 */
export function loadRoles({ folder, scope, formats: wanted }: LoadOptions): LoadedRoles {
  const found = collected()
  for (const format of formats) {
    if (wanted !== undefined && !wanted.includes(format.name)) continue
    for (const path of filesOf(format, folder, scope, found)) {
      readOne(path, format, contextOf(folder, scope, found))
    }
  }
  return found
}

function filesOf(format: RoleFormat, folder: string, scope: RoleScope, found: Collected): readonly string[] {
  const paths = new Set<string>()
  for (const search of format.searches[scope]) {
    guarded(found, resolve(folder, search.under), () => {
      const { paths: some, cut } = findFiles(folder, search)
      for (const path of some) paths.add(path)
      if (cut)
        found.problems.push(warning(resolve(folder, search.under), 'holds too much to look at all of it'))
    })
  }
  if (paths.size > mostFiles)
    found.problems.push(warning(folder, `holds more than ${mostFiles} files of ${format.title}`))
  return [...paths].slice(0, mostFiles)
}

function warning(file: string, problem: string): RoleProblem {
  const fix = 'name the file with keepup roles import where one is missing'
  return { file, line: 1, column: 1, severity: 'warning', pointer: '', problem, fix }
}

/** One file that was named. */
export interface LoadFileOptions {
  readonly path: string
  readonly scope: RoleScope
  /** Told from its name when left out. */
  readonly format?: FormatName
  /** No file outside of it is opened; the folder of the file when left out. */
  readonly within?: string
}

/** Reads one file, like {@link loadRoles}. A format that cannot be told from its name is a problem. */
export function loadRoleFile({
  path,
  scope,
  format: named,
  within = dirname(path),
}: LoadFileOptions): LoadedRoles {
  const found = collected()
  const unified = path.replaceAll('\\', '/')
  const format = formats.find((candidate) =>
    named === undefined ? candidate.fits(unified) : candidate.name === named,
  )
  if (format === undefined) {
    const fix = `say which: ${formats.map(({ name }) => name).join(', ')}`
    found.problems.push({
      file: path,
      line: 1,
      column: 1,
      severity: 'error',
      pointer: '',
      problem: 'has a name that does not tell its format',
      fix,
    })
  } else readOne(path, format, contextOf(within, scope, found))
  return found
}

function contextOf(folder: string, scope: RoleScope, found: Collected): ReadContext {
  return { folder, scope, found, open: (path) => readPlainFile(path, folder) }
}

function readOne(path: string, format: RoleFormat, context: ReadContext): void {
  guarded(context.found, path, () => format.read(context.open(path), context))
}

/** Does something with a file. What goes wrong is told. */
function guarded(found: Collected, file: string, read: () => void): void {
  try {
    read()
  } catch (error) {
    const problem = `cannot be read: ${error instanceof Error ? error.message : String(error)}`
    const unforeseen: RoleProblem = {
      ...warning(file, problem),
      severity: 'error',
      fix: 'write it more simply',
    }
    found.problems.push(...(problemsOf(error) ?? [unforeseen]))
  }
}
