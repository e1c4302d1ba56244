import { realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import type { SandboxProfile } from '@keepup/core'

/** A profile whose paths are without links, as far as they exist; both spellings of one that is a link itself. */
export function realProfile(profile: SandboxProfile): SandboxProfile {
  return {
    ...profile,
    writable: profile.writable.map(realPath),
    unwritable: bothWays(profile.unwritable),
    unreadable: bothWays(profile.unreadable),
  }
}

function bothWays(paths: readonly string[]): readonly string[] {
  return [
    ...new Set(paths.flatMap((path) => [join(realPath(dirname(path)), basename(path)), realPath(path)])),
  ]
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path))
  }
}
