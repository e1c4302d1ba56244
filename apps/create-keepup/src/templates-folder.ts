import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { TemplateError } from './template-error.ts'

/** What can be begun from. */
export interface Template {
  readonly name: string
  /** One line, for a list. */
  readonly description: string
  readonly folder: string
}

/** The file of versions that is put beside templates when they are packed. */
export const versionsFile = 'versions.json'

/**
 * The folder of the templates of a program, as found from the URL of a module of it: beside it as it is published; where it runs from its sources, the examples of the
 * repository, so that no older build is taken for them. Fails `TemplateError` where there is none.
 */
export function findTemplates(module: string | URL): string {
  const fromSource = String(module).endsWith('.ts')
  const places = fromSource ? ['../../../examples/', '../../../../examples/'] : ['templates/']
  const folders = places.map((place) => fileURLToPath(new URL(place, module)))
  const found = folders.find((folder) => existsSync(join(folder, 'minimal/package.json')))
  if (found !== undefined) return found
  throw new TemplateError('the templates are not there', 'install the program again')
}

/** The templates in a folder, by name, the smallest first. */
export function listTemplates(folder: string): readonly Template[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'package.json')))
    .map((name) => ({ name, description: describe(join(folder, name)), folder: join(folder, name) }))
    .toSorted(
      (a, b) => Number(b.name === 'minimal') - Number(a.name === 'minimal') || a.name.localeCompare(b.name),
    )
}

function describe(folder: string): string {
  const manifest = readManifest(join(folder, 'package.json'))
  return typeof manifest['description'] === 'string' ? manifest['description'] : basename(folder)
}

/** A manifest of ours. */
export function readManifest(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown> // it is an object: a test of the templates holds that
}
