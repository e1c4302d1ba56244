import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { IgnoreRules } from './ignore-rules.ts'
import { rulesAt } from './searching/ignored-paths.ts'

/** Where and how far to walk. */
export interface WalkOptions {
  /** Without symbolic links. */
  readonly root: string
  /** The folder to begin in, relative to the root; empty for the root. */
  readonly folder: string
  readonly signal: AbortSignal
}

/**
 * The plain files under a folder, relative to the root with `/`, folder by folder in alphabetical order. Leaves out what git would ignore, `.git`,
 * folders that may not be read, and symbolic links, which could lead outside or in circles.
 */
export async function* walkFiles({ root, folder, signal }: WalkOptions): AsyncGenerator<string> {
  const rules = await rulesAt(root, folder)
  yield* walk(root, folder === '' ? '' : `${folder}/`, rules, signal)
}

async function* walk(
  root: string,
  base: string,
  rules: IgnoreRules,
  signal: AbortSignal,
): AsyncGenerator<string> {
  signal.throwIfAborted()
  const entries = await entriesOf(join(root, base))
  for (const entry of entries) {
    const path = `${base}${entry.name}`
    if (entry.isFile() && !rules.ignores(path)) yield path
  }
  for (const entry of entries) {
    const path = `${base}${entry.name}/`
    if (entry.isDirectory() && !rules.ignores(path)) yield* walk(root, path, await rules.enter(path), signal)
  }
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    // It may not be read, or is gone by now.
    return []
  }
}
