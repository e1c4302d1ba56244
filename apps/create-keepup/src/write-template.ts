import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'

import { TemplateError } from './template-error.ts'
import { type Versions, templateVersions } from './template-versions.ts'
import { listTemplates, readManifest, type Template } from './templates-folder.ts'

/** What is to be written, and where to. */
export interface TemplateOrder {
  /** The folder that holds the templates: `findTemplates`. */
  readonly templates: string
  /** The name of one of them. */
  readonly name: string
  /** The folder of the new project: new, or empty but for what git keeps there. */
  readonly target: string
}

/** What was written. */
export interface WrittenTemplate {
  readonly folder: string
  readonly files: readonly string[]
}

/** Not of the template: what installing and running leave behind. */
const leftBehind = new Set(['node_modules', 'expected'])

/** What a new project does not keep in git. */
const ignored = ['node_modules', '*.db', '*.db-*', '.env', ''].join('\n')

/**
 * Writes a template to a folder, with the versions of packages put in and the folder's name as its own. Fails `TemplateError` where there is no such
 * template, or where the folder holds anything; then nothing was written.
 */
export function writeTemplate({ templates, name, target }: TemplateOrder): WrittenTemplate {
  const template = findTemplate(templates, name)
  const folder = resolve(target)
  refuseOccupied(folder)
  const manifest = manifestOf(template, folder, templateVersions(templates))
  mkdirSync(folder, { recursive: true })
  cpSync(template.folder, folder, { recursive: true, filter: (path) => !leftBehind.has(basename(path)) })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
  // Registries leave a file of this name out of packages, so it cannot lie in the template.
  if (!existsSync(join(folder, '.gitignore'))) writeFileSync(join(folder, '.gitignore'), ignored)
  return {
    folder,
    files: readdirSync(folder)
      .filter((file) => file !== '.git')
      .toSorted(),
  }
}

function findTemplate(templates: string, name: string): Template {
  const all = listTemplates(templates)
  const found = all.find((template) => template.name === name)
  if (found !== undefined) return found
  throw new TemplateError(
    `there is no template "${name}"`,
    `name one of ${all.map((one) => one.name).join(', ')}`,
  )
}

function refuseOccupied(folder: string): void {
  const there = entriesOf(folder).filter((name) => name !== '.git')
  const [first] = there
  if (first === undefined) return
  const others = there.length === 1 ? '' : ` and ${there.length - 1} more`
  throw new TemplateError(
    `${folder} is not empty: it holds ${first}${others}`,
    'name a folder that is new or empty; nothing was written',
  )
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return []
    const why = code === 'ENOTDIR' ? 'is a file' : `cannot be read (${String(code)})`
    throw new TemplateError(`${folder} ${why}`, 'name a folder that is new or empty')
  }
}

function manifestOf(template: Template, folder: string, versions: Versions): object {
  const {
    name: _,
    description: __,
    dependencies,
    ...rest
  } = readManifest(join(template.folder, 'package.json'))
  return {
    name: packageName(basename(folder)),
    ...rest,
    dependencies: withVersions(dependencies, versions, template.name),
  }
}

function withVersions(dependencies: unknown, versions: Versions, template: string): object {
  return Object.fromEntries(
    Object.entries(dependencies ?? {}).map(([name, range]: [string, unknown]) => {
      if (typeof range !== 'string' || !range.startsWith('workspace:')) return [name, range]
      const version = versions[name]
      if (version === undefined) {
        throw new TemplateError(
          `the template ${template} needs ${name}, whose version is not known`,
          'install the program again',
        )
      }
      return [name, `^${version}`]
    }),
  )
}

/** A folder's name as npm takes it. */
function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|-+$/g, '')
  return name === '' ? 'my-agent' : name.slice(0, 214)
}
