import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseSync } from 'oxc-parser'

import { repositoryRoot } from './repository-root.ts'

/** One name that a module exports. */
export interface ExportedName {
  readonly name: string
  readonly isType: boolean
  /** Whether a documentation comment stands right before it. */
  readonly documented: boolean
  /** Where it comes from and under which name, if the module only hands it on. */
  readonly from?: { readonly module: string; readonly name: string }
}

/** A parsed TypeScript module, as far as the tests look. */
export interface SourceFile {
  /** Relative to the repository. */
  readonly path: string
  /** Every module it names: static, dynamic and re-exported. */
  readonly imports: readonly string[]
  readonly exports: readonly ExportedName[]
  /** Whether it hands on everything of some module. */
  readonly hasStarExport: boolean
}

type Parsed = ReturnType<typeof parseSync>
type ExportEntry = Parsed['module']['staticExports'][number]['entries'][number]

const parsedFiles = new Map<string, SourceFile>()

/** The TypeScript modules below a folder of the repository, in order. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  return globSync('**/*.ts', { cwd: join(repositoryRoot, folder) })
    .toSorted()
    .map((name) => sourceFile(join(folder, name)))
}

/** One TypeScript module. */
export function sourceFile(path: string): SourceFile {
  const known = parsedFiles.get(path)
  if (known !== undefined) return known
  const text = readFileSync(join(repositoryRoot, path), 'utf8')
  const parsed = parseSync(path, text)
  if (parsed.errors.length > 0) throw new Error(`${path}: ${parsed.errors[0]?.message}`)
  const file = { path, ...described(parsed, text) }
  parsedFiles.set(path, file)
  return file
}

function described(parsed: Parsed, text: string): Omit<SourceFile, 'path'> {
  const { staticImports, staticExports, dynamicImports } = parsed.module
  const entries = staticExports.flatMap((statement) =>
    statement.entries.map((entry) => ({ entry, start: statement.start })),
  )
  const literals = dynamicImports
    .map(({ moduleRequest: { start, end } }) => /^['"`](.*)['"`]$/.exec(text.slice(start, end))?.[1])
    .filter((name) => name !== undefined)
  return {
    imports: [
      ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
      ...entries.flatMap(({ entry }) => entry.moduleRequest?.value ?? []),
      ...literals,
    ],
    exports: entries.flatMap(({ entry, start }) => exportedName(parsed, text, entry, start) ?? []),
    hasStarExport: entries.some(({ entry }) => entry.exportName.name === null),
  }
}

function exportedName(
  parsed: Parsed,
  text: string,
  entry: ExportEntry,
  start: number,
): ExportedName | undefined {
  const { name } = entry.exportName
  if (name === null || name === undefined) return undefined
  const origin = originOf(parsed, entry)
  const documented = parsed.comments.some(
    (comment) =>
      comment.type === 'Block' &&
      comment.value.startsWith('*') &&
      comment.end <= start &&
      text.slice(comment.end, start).trim() === '',
  )
  return { name, isType: entry.isType, documented, ...(origin === undefined ? {} : { from: origin }) }
}

function originOf(parsed: Parsed, entry: ExportEntry): ExportedName['from'] {
  if (entry.moduleRequest !== null)
    return { module: entry.moduleRequest.value, name: entry.importName.name ?? '*' }
  for (const { moduleRequest, entries } of parsed.module.staticImports)
    for (const { localName, importName } of entries)
      if (localName.value === entry.localName.name)
        return { module: moduleRequest.value, name: importName.name ?? '*' }
  return undefined
}
