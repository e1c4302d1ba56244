import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { root } from './root.ts'

/** A package that goes to the registry. */
export interface PublishedPackage {
  readonly name: string
  readonly version: string
  /** Relative to the repository: `packages/core`. */
  readonly folder: string
  /** Whether it can be imported; otherwise it holds programs only. */
  readonly importable: boolean
  /** The name that `pnpm pack` gives its tarball. */
  readonly tarball: string
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports?: unknown
}

/** Every package and app that is not private, by name. */
export function publishedPackages(): readonly PublishedPackage[] {
  return ['packages', 'apps']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .flatMap((folder) => {
      const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest
      return manifest.private === true ? [] : [described(folder, manifest)]
    })
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

function described(folder: string, { name, version, exports }: Manifest): PublishedPackage {
  const tarball = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
  return { name, version, folder, importable: exports !== undefined, tarball }
}
