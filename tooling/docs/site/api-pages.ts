import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, posix, relative } from 'node:path'

import { repositoryRoot } from '@keepup/repository/repository-root'
import { entryPoints, workspacePackages } from '@keepup/repository/workspace-package'

/** A page of the reference, as TypeDoc made it. */
export interface ApiPage {
  /** Its file in the folder that TypeDoc wrote to: `graph/src/patterns.md`. */
  readonly source: string
  /** Its file on the site: `reference/graph/patterns.md`. */
  readonly page: string
  /** What is imported: `@keepup/graph/patterns`. */
  readonly name: string
  readonly text: string
}

interface EntryPoint {
  /** Relative to `packages`: `graph/src/patterns/index.ts`. */
  readonly file: string
  /** `graph/patterns`. */
  readonly name: string
}

/** Writes the reference of all packages with TypeDoc into a folder, and reads it: one page for what can be imported by one name. Takes about ten seconds. */
export function apiPages(folder: string): readonly ApiPage[] {
  const entries = allEntryPoints()
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const [tsconfig, options] = [join(folder, 'tsconfig.json'), join(folder, 'typedoc.json')]
  const files = entries.map(({ file }) => join(repositoryRoot, 'packages', file))
  const base = relative(folder, join(repositoryRoot, 'tooling/tsconfig/base.json'))
  writeFileSync(tsconfig, JSON.stringify({ extends: base, files }))
  writeFileSync(options, JSON.stringify({ ...settings, entryPoints: files, tsconfig, out: 'pages' }))
  const program = join(repositoryRoot, 'docs/node_modules/.bin/typedoc')
  execFileSync(program, ['--options', options], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const pages = pagesByTitle(join(folder, 'pages'))
  return entries.map((entry) => pageOf(entry, pages))
}

const settings = {
  plugin: ['typedoc-plugin-markdown'],
  outputFileStrategy: 'modules',
  readme: 'none',
  skipErrorChecking: true,
  disableSources: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  excludeExternals: true,
  githubPages: false,
  validation: false,
  // Angle brackets of comments are no tags of the site's.
  sanitizeComments: true,
  useHTMLEncodedBrackets: true,
  logLevel: 'Error',
  // Comments of constants that the pages of tools are made of.
  blockTags: ['@limit', '@param', '@returns', '@throws', '@example', '@deprecated', '@see', '@template'],
}

/** Everything that can be imported, in the order of its names. */
function allEntryPoints(): readonly EntryPoint[] {
  return workspacePackages('packages')
    .flatMap((one) =>
      [...entryPoints(one)].map(([subpath, source]) => ({
        file: posix.join(one.short, source),
        name: posix.join(one.short, subpath),
      })),
    )
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

/** What TypeDoc wrote, by the first heading: it names files as it likes where two names are alike. */
function pagesByTitle(folder: string): ReadonlyMap<string, Pick<ApiPage, 'source' | 'text'>> {
  return new Map(
    globSync('**/*.md', { cwd: folder }).map((source) => {
      const text = readFileSync(join(folder, source), 'utf8')
      return [/^# (.*)$/m.exec(text)?.[1] ?? '', { source, text }]
    }),
  )
}

function pageOf(
  { file, name }: EntryPoint,
  pages: ReadonlyMap<string, Pick<ApiPage, 'source' | 'text'>>,
): ApiPage {
  const found = pages.get(file.replace(/(\/index)?\.ts$/, ''))
  if (found === undefined) throw new Error(`TypeDoc wrote no page for ${file}`)
  const text = found.text.replace(/^# .*$/m, `# @keepup/${name}`)
  const page = `reference/${name.includes('/') ? name : `${name}/index`}.md`
  return { source: found.source, page, name: `@keepup/${name}`, text }
}
