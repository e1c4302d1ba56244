import { spawnSync } from 'node:child_process'

import { forgetGreen, noteGreen } from './green-tests.ts'
import { environment } from './root.ts'
import { treeHash } from './tree-hash.ts'

/**
 * Runs vitest with its output on this terminal and returns its exit code. A whole run (no arguments) that passes on a tree that did not
 * change meanwhile is noted, so that `pnpm check` need not repeat it.
 */
export function runTests(root: string, args: readonly string[]): number {
  const whole = args.length === 0
  const before = whole ? treeHash(root) : ''
  if (whole) forgetGreen(root)
  const { status } = spawnSync('vitest', ['run', ...args], { cwd: root, env: environment, stdio: 'inherit' })
  const code = status ?? 1
  if (whole && code === 0 && treeHash(root) === before) noteGreen(root, before)
  return code
}
