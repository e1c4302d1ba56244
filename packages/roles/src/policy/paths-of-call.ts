import { isAbsolute, relative, sep } from 'node:path'

import type { GuardedCall } from '@keepup/core'
import { realPath } from '@keepup/shell'

/** Where the workspace is. */
export interface PolicyPlace {
  /** The workspace, absolute. */
  readonly root: string
}

/**
 * The paths that a call is about, relative to the workspace, links followed: those that it changes, or those that it reads where it changes none. `undefined`
 * where they are not known.
 */
export function pathsOf({ effects }: GuardedCall, { root }: PolicyPlace): readonly string[] | undefined {
  const changed = effects.filter(({ kind }) => kind === 'write' || kind === 'delete')
  const about = changed.length > 0 ? changed : effects.filter(({ kind }) => kind === 'read')
  if (about.length === 0 || about.some(({ target }) => /(?:^|\/)\*{1,2}$/.test(target))) return undefined
  const real = realPath(root)
  return about.map(({ target }) => placed(target, real))
}

function placed(target: string, root: string): string {
  const path = relative(root, isAbsolute(target) ? realPath(target) : target)
  return path.split(sep).join('/')
}

/** The command lines of a call. */
export function commandsOf(call: GuardedCall): readonly string[] {
  return call.arguments.flatMap(({ sink, value }) =>
    sink === 'command' && typeof value === 'string' ? [value] : [],
  )
}
