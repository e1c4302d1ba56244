import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** How many links a path may lead through. */
const mostLinks = 40

/** Follows links. A path that does not exist is resolved by its nearest parent that does; a link that leads nowhere counts as what it names. */
export function realPath(path: string, links = 0): string {
  try {
    return realpathSync.native(path)
  } catch {
    const parent = dirname(path)
    if (parent === path) return path
    const folder = realPath(parent, links)
    const leads = links < mostLinks ? leadsTo(path) : undefined
    return leads === undefined ? join(folder, basename(path)) : realPath(resolve(folder, leads), links + 1)
  }
}

function leadsTo(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined
  } catch {
    return undefined
  }
}
