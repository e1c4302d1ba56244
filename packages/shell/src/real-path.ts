import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
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
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined
  } catch {
    return undefined
  }
}
