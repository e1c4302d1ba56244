import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'

import { KeepupError } from '@keepup/core'

/** A place inside the folder that tools may not leave. */
export interface ResolvedPath {
  /** Without symbolic links, as far as it exists. */
  readonly absolute: string
  /** Relative to the folder, with `/`: what a model is shown. */
  readonly shown: string
}

/** Where a path leads by its spelling alone: for effects, which must be pure. */
export function lexicalPath(root: string, path: string): string {
  return resolve(root, path)
}

/**
 * Where a path leads with every symbolic link followed. Fails `tool-denied` where that is outside of `root`. Between this look and the use of the
 * path the tree may change: it holds a model that errs, not a process that attacks, which needs a sandbox.
 */
export async function resolvePath(root: string, path: string): Promise<ResolvedPath> {
  if (path.includes('\0')) {
    throw new KeepupError('tool-input-invalid', 'A path cannot hold the character NUL. Give another path.')
  }
  const realRoot = await realpath(root)
  const absolute = await realPathOf(lexicalPath(root, path))
  const shown = relative(realRoot, absolute)
  if (shown === '..' || shown.startsWith('../') || shown.startsWith('..\\') || isAbsolute(shown)) {
    throw new KeepupError(
      'tool-denied',
      `"${path}" lies outside of the project folder ${root}, which this tool may not leave. Give a path inside of it.`,
    )
  }
  return { absolute, shown: shown === '' ? '.' : shown.replaceAll('\\', '/') }
}

async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error
    return join(await realPathOf(dirname(path)), basename(path))
  }
}

/** Whether an error says that there is nothing of that name. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
