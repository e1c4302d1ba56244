import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** How many links that lead nowhere a path may lead through, as in Linux. */
const mostLinks = 40

/**
 * Follows links as the kernel does. Where the end of a path does not exist, its nearest existing parent counts; a link that leads nowhere counts as what it names. Never throws.
 */
export function realPath(path: string): string {
  return follow(path, 0)
}

function follow(path: string, links: number): string {
  const found = existing(path)
  if (found !== undefined) return found
  const parent = dirname(path)
  if (parent === path) return path
  const folder = follow(parent, links)
  const target = links < mostLinks ? linkTarget(path) : undefined
  return target === undefined ? join(folder, basename(path)) : follow(resolve(folder, target), links + 1)
}

function existing(path: string): string | undefined {
  try {
    // Asking first is cheaper than an exception.
    return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : realpathSync.native(path)
  } catch {
    return undefined
  }
}

function linkTarget(path: string): string | undefined {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false })
    return found?.isSymbolicLink() === true ? readlinkSync(path) : undefined
  } catch {
    return undefined
  }
}
