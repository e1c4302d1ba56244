import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { repositoryRoot } from './repository-root.ts'

/** The paths of all files that git tracks or would offer to add, relative to the repository. */
export function committedFiles(): readonly string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  return execFileSync('git', args, { cwd: repositoryRoot, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(repositoryRoot, path)))
    .toSorted()
}
