import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { readManifest, versionsFile } from './templates-folder.ts'

/** Versions of packages by their name. */
export type Versions = Readonly<Record<string, string>>

/** The versions that belong to the templates of a folder: those that were packed with them, or those of the repository around them. */
export function templateVersions(templates: string): Versions {
  const packed = join(templates, versionsFile)
  if (existsSync(packed)) return JSON.parse(readFileSync(packed, 'utf8')) as Versions // written by our own build
  const repository = join(templates, '..')
  return Object.fromEntries(
    ['packages', 'apps']
      .flatMap((group) =>
        readdirSync(join(repository, group)).map((name) => join(repository, group, name, 'package.json')),
      )
      .filter((path) => existsSync(path))
      .map((path) => readManifest(path))
      .filter((manifest) => manifest['private'] !== true)
      .map(({ name, version }) => [String(name), String(version)]),
  )
}
