import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { repositoryRoot } from './repository-root.ts'

/** What the tests read of a `package.json`. */
export interface Manifest {
  readonly name: string
  readonly description?: string
  readonly license?: string
  readonly sideEffects?: boolean
  readonly engines?: { readonly node?: string }
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A package or an app of this repository. */
export interface WorkspacePackage {
  /** `core`, `cli`: the name of its folder. */
  readonly short: string
  /** Relative to the repository: `packages/core`. */
  readonly folder: string
  readonly manifest: Manifest
}

/** What stands in `packages` or in `apps`, by name. */
export function workspacePackages(group: 'packages' | 'apps'): readonly WorkspacePackage[] {
  return readdirSync(join(repositoryRoot, group))
    .filter((short) => existsSync(join(repositoryRoot, group, short, 'package.json')))
    .toSorted()
    .map((short) => {
      const folder = `${group}/${short}`
      const text = readFileSync(join(repositoryRoot, folder, 'package.json'), 'utf8')
      return { short, folder, manifest: JSON.parse(text) as Manifest }
    })
}

/** The source file behind each entry point of a package, by subpath: `.` to `src/index.ts`. */
export function entryPoints({ manifest }: WorkspacePackage): ReadonlyMap<string, string> {
  const points = new Map<string, string>()
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    const source = typeof target === 'string' ? undefined : target['@keepup/source']
    if (source !== undefined) points.set(subpath, source.replace('./', ''))
  }
  return points
}
