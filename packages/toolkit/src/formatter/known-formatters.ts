import { extname, join } from 'node:path'

import type { ProjectFolder } from '../code-intelligence/language-server.ts'
import { readPlain, readPlainText } from '../read-plain.ts'

/** A program that brings the text of a file into shape: it reads the text and prints it. */
export interface KnownFormatter {
  readonly name: string
  readonly extensions: readonly string[]
  /** Whether the project has said that it wants it. */
  configured(project: ProjectFolder): Promise<boolean>
  arguments(path: string): readonly string[]
}

const script = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx']
const web = [...script, '.json', '.jsonc', '.css']

/** The formatters that are known, in the order they are preferred where a project has several. */
export const knownFormatters: readonly KnownFormatter[] = [
  {
    name: 'biome',
    extensions: [...web, '.graphql'],
    configured: (project) => project.holds('biome.json', 'biome.jsonc'),
    arguments: (path) => ['format', '--stdin-file-path', path],
  },
  {
    name: 'oxfmt',
    extensions: web,
    configured: (project) => project.holds('.oxfmtrc.json', '.oxfmtrc.jsonc', 'oxfmt.config.ts'),
    arguments: (path) => ['--stdin-filepath', path],
  },
  {
    name: 'prettier',
    extensions: [...web, '.scss', '.less', '.html', '.vue', '.md', '.mdx', '.yaml', '.yml', '.graphql'],
    configured: wantsPrettier,
    arguments: (path) => ['--stdin-filepath', path],
  },
  {
    name: 'ruff',
    extensions: ['.py', '.pyi'],
    configured: async (project) =>
      (await project.holds('ruff.toml', '.ruff.toml')) || speaks(project, 'pyproject.toml', /^\[tool\.ruff/m),
    arguments: (path) => ['format', '--stdin-filename', path, '-'],
  },
  {
    name: 'gofmt',
    extensions: ['.go'],
    configured: (project) => project.holds('go.mod'),
    arguments: () => [],
  },
  {
    name: 'rustfmt',
    extensions: ['.rs'],
    configured: (project) => project.holds('Cargo.toml'),
    arguments: () => ['--emit', 'stdout'],
  },
]

async function wantsPrettier(project: ProjectFolder): Promise<boolean> {
  const endings = [
    '',
    '.json',
    '.json5',
    '.yaml',
    '.yml',
    '.toml',
    '.js',
    '.cjs',
    '.mjs',
    '.ts',
    '.mts',
    '.cts',
  ]
  const files = endings.map((ending) => `.prettierrc${ending}`)
  const modules = endings.filter((ending) => ending.endsWith('s')).map((ending) => `prettier.config${ending}`)
  if (await project.holds(...files, ...modules)) return true
  try {
    const manifest: unknown = JSON.parse((await readPlain(join(project.folder, 'package.json'))).toString())
    return typeof manifest === 'object' && manifest !== null && 'prettier' in manifest
  } catch {
    return false
  }
}

async function speaks({ folder }: ProjectFolder, file: string, of: RegExp): Promise<boolean> {
  return of.test(readPlainText(join(folder, file)))
}

/** Whether a formatter is for files of this name. */
export function isFor({ extensions }: KnownFormatter, path: string): boolean {
  return extensions.includes(extname(path))
}
