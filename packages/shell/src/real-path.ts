import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

/** Follows links as the kernel does; where the end of a path does not exist, its nearest existing parent counts, and a dangling link leads on. */
export function realPath(path: string, hops = 0): string {
  const found = followed(path)
  if (found !== undefined) return found
  const parent = dirname(path)
  if (parent === path) return path
  const folder = realPath(parent, hops)
  const target = linkTarget(path)
  if (target !== undefined && hops < 32) return realPath(resolve(folder, target), hops + 1)
  return folder === '/' ? `/${basename(path)}` : `${folder}/${basename(path)}`
}

function followed(path: string): string | undefined {
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
