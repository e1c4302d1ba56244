import { dirname } from 'node:path'

import type { TreeChange } from './shadow.ts'

/** Changes whose path is one of these, or below one; all where none are named. */
export function chosenChanges(
  changes: readonly TreeChange[],
  paths: readonly string[] | undefined,
): readonly TreeChange[] {
  if (paths === undefined) return changes
  const chosen = new Set(paths.map((path) => path.replace(/^(?:\.\/)+|\/+$/g, '')))
  const isChosen = (path: string): boolean =>
    path !== '.' && (chosen.has(path) || (path.includes('/') && isChosen(dirname(path))))
  return chosen.has('') || chosen.has('.') ? changes : changes.filter(({ path }) => isChosen(path))
}
