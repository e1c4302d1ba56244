import { dirname, join, resolve } from 'node:path'

import type { Ground } from './ground.ts'

/** A repository that git would use. */
export interface Repository {
  /** The folder that holds `.git`. */
  readonly top: string
  /** The folder of this working tree's index, hooks and own configuration. */
  readonly place: string
  /** The folder that all working trees of the repository share. */
  readonly common: string
  /** Its own configuration, the shared part first; `undefined` where a `.git` names a place that holds none. */
  readonly configuration: string | undefined
}

/** The repository whose `.git` a folder holds, which may be a file that names another place. */
export function repositoryIn(folder: string, ground: Ground): Repository | undefined {
  const git = join(folder, '.git')
  const named = /^gitdir: (.+)\n?$/.exec(ground.text(git) ?? '')?.[1]
  const place = named === undefined ? git : resolve(folder, named)
  // Its shared part may lie elsewhere for a folder, too.
  const common = resolve(place, ground.text(join(place, 'commondir'))?.trim() ?? '.')
  const shared = ground.text(join(common, 'config'))
  if (named === undefined && shared === undefined && ground.text(join(place, 'HEAD')) === undefined)
    return undefined
  // A folder may do without a configuration; what is named and not there may come to be.
  const configuration = joined(named === undefined && common === git ? (shared ?? '') : shared, place, ground)
  return { top: folder, place, common, configuration }
}

/** The repository that a folder is in, the nearest above it; it may lie above the workspace. */
export function repositoryAround(folder: string, ground: Ground): Repository | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = repositoryIn(at, ground)
    if (found !== undefined || dirname(at) === at) return found
  }
}

function joined(shared: string | undefined, place: string, ground: Ground): string | undefined {
  return shared === undefined ? undefined : `${shared}\n${ground.text(join(place, 'config.worktree')) ?? ''}`
}

/** Whether a configuration holds a password, a token, or the header of a request with one. */
export function holdsCredentials(configuration: string): boolean {
  return /:\/\/[^/\s]*@|extraheader|password|token|secret/i.test(configuration)
}
