import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, normalize } from 'node:path'

import type { CommandPlace, FolderEntry } from './command-place.ts'
import { listFolder } from './listed-folders.ts'
import { realPath } from './real-path.ts'
import { type TrackedFiles, trackedFiles } from './tracked-files.ts'

/** A place with every part filled in: what paths mean there. */
export interface Ground {
  /** The workspace, links followed. */
  readonly root: string
  readonly start: string
  /** Whether a shell may know the start by another name, one that goes through a link. */
  readonly linked: boolean
  readonly home: string | undefined
  real(path: string): string
  list(folder: string): readonly FolderEntry[] | undefined
  text(path: string): string | undefined
  /** What an index of git lists; nothing where there is none. */
  tracked(path: string): TrackedFiles | 'unreadable'
}

/** Fills in what a place leaves out. Each question is asked of the file system once, so that a command is judged on one answer. */
export function groundOf(place: CommandPlace): Ground {
  const real = once(place.realPath ?? realPath)
  const root = real(normalize(place.root))
  const given = normalize(place.folder ?? place.root)
  const start = real(given)
  return {
    root,
    start,
    linked: start !== (given.length > 1 && given.endsWith('/') ? given.slice(0, -1) : given),
    home: place.home,
    real,
    list: once(place.listFolder ?? ((folder) => listFolder(place, folder))),
    text: once(place.readText ?? readText),
    tracked: once((path) => trackedFiles(place, path)),
  }
}

function once<Answer>(ask: (path: string) => Answer): (path: string) => Answer {
  const answers = new Map<string, { readonly answer: Answer }>()
  return (path) => {
    const known = answers.get(path)
    if (known !== undefined) return known.answer
    const answer = ask(path)
    answers.set(path, { answer })
    return answer
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

/** More than this is not a configuration. */
const mostBytes = 1_000_000

function readText(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found?.isFile() === true && found.size < mostBytes ? readFileSync(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}
