import { existsSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { readPlainText } from '../read-plain.ts'

/**
 * The repository that a folder works in where its `.git` is a file (gitrepository-layout(5)): what is shared by all its worktrees. None where nothing of
 * that layout is there, so that the file cannot open any other folder.
 */
export function linkedRepository(folder: string): readonly string[] {
  const [, named] = /^gitdir: (.+)$/m.exec(readPlainText(join(folder, '.git'))) ?? []
  if (named === undefined) return []
  const own = resolve(folder, named.trim())
  const shared = resolve(own, readPlainText(join(own, 'commondir')).trim() || '.')
  const isRepository = ['HEAD', 'objects', 'refs'].every((name) => existsSync(join(shared, name)))
  return isRepository ? [realpathSync.native(shared)] : []
}
