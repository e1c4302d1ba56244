import { readdirSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, normalize } from 'node:path'

import type { CommandPlace, FolderEntry } from './command-place.ts'
import { realPath } from './real-path.ts'

/** A place with every part filled in: what paths mean there. */
export interface Ground {
  /** The workspace, links followed. */
  readonly root: string
  readonly start: string
  readonly home: string | undefined
  real(path: string): string
  list(folder: string): readonly FolderEntry[] | undefined
  text(path: string): string | undefined
}

/** Fills in what a place leaves out. */
export function groundOf(place: CommandPlace): Ground {
  const real = place.realPath ?? realPath
  const root = real(normalize(place.root))
  return {
    root,
    start: place.folder === undefined ? root : real(normalize(place.folder)),
    home: place.home,
    real,
    list: place.listFolder ?? listFolder,
    text: place.readText ?? readText,
  }
}

/**
 * Where a path leads from a folder, links followed as the kernel does: `..` leaves the folder that a link led to, not the one that holds the link.
 */
export function follow(ground: Ground, folder: string, path: string): string {
  // What these are depends on who opens them.
  if (/^\/+(dev|proc)(\/|$)/.test(path)) return normalize(path).replace(/^\/+/, '/')
  if (!path.includes('..')) return ground.real(isAbsolute(path) ? normalize(path) : join(folder, path))
  let at = isAbsolute(path) ? '/' : ground.real(folder)
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    at = part === '..' ? dirname(at) : ground.real(join(at, part))
  }
  return at
}

/** Whether a path that was followed lies in the workspace. */
export function isInside(ground: Ground, path: string): boolean {
  return path === ground.root || path.startsWith(ground.root === '/' ? '/' : `${ground.root}/`)
}

/** Everything in a folder and below it. */
export function beneath(folder: string): string {
  return folder === '/' ? '/**' : `${folder}/**`
}

function listFolder(folder: string): readonly FolderEntry[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      folder: entry.isDirectory(),
    }))
  } catch {
    return undefined
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
