import { relative } from 'node:path'

/** How a path is shown: relative to the root with `/`, absolute where it lies outside. */
export function shownPath(root: string, path: string): string {
  const shown = relative(root, path).replaceAll('\\', '/')
  return shown.startsWith('../') ? path : shown
}
