import { accessSync, constants, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

import type { SandboxProfile } from '@keepup/core'

import { readPlainText } from '../read-plain.ts'
import type { Repository } from './find-repositories.ts'
import { lookAt } from './hold-back.ts'
import { linkedRepository } from './linked-repository.ts'
import { isObeyedLater } from './protected-paths.ts'

/** One thing that is laid over the read-only view of the machine's files; later ones lie over earlier ones. */
export interface Mount {
  readonly type: 'writable' | 'read-only' | 'empty-folder' | 'empty-file'
  /** Absolute, without links. */
  readonly path: string
}

/** How a profile becomes a view of the files. */
export interface MountPlan {
  readonly mounts: readonly Mount[]
  /** Folders to make first: what does not exist can only be kept from being made by standing in its place. */
  readonly placeholders: readonly string[]
  /** What no mount can hold, to be looked at afterwards: links that must stay as they are, and names that must not appear. */
  readonly watched: readonly Watched[]
}

/** A path and the link that stands there; nothing where `link` is left out. */
export interface Watched {
  readonly path: string
  readonly link?: string
}

/** What is there besides files, when mounts are planned. */
export interface Surroundings {
  readonly repositories: readonly Repository[]
  /** Folders that other commands rely on as placeholders: as long as they are empty, nothing is there. */
  readonly standing: ReadonlySet<string>
}

/** Plans the mounts of a profile as the files are now. Changes nothing. */
export function planMounts(
  { writable, unwritable, unreadable }: SandboxProfile,
  { repositories, standing }: Surroundings,
): MountPlan {
  const open = outermost(writable)
    .flatMap(realPath)
    .toSorted((a, b) => a.length - b.length)
  const pieces = [
    ...unwritable.map((path) => protect(path, open, standing)),
    ...repositories.map((repository) => closeRepository(repository, standing)),
    // What is hidden must not be moved to where it is not.
    ...unreadable.flatMap(realPath).map((path) => ({ ...nothing, pins: protect(path, open, standing).pins })),
  ]
  const placeholders = unique(pieces.flatMap((piece) => piece.placeholders))
  const pins = unique(pieces.flatMap((piece) => piece.pins)).toSorted((a, b) => a.length - b.length)
  return {
    mounts: [
      // It may lie where a sandbox has folders of its own.
      ...unique(open.flatMap(linkedRepository)).map((path) => ({ type: 'read-only', path }) as const),
      ...open.map((path) => ({ type: 'writable', path }) as const),
      ...pins.map((path) => ({ type: 'writable', path }) as const),
      ...unique(pieces.flatMap(({ closed }) => closed)).map((path) => ({ type: 'read-only', path }) as const),
      ...placeholders.map((path) => ({ type: 'empty-folder', path }) as const),
      ...unique(unreadable.flatMap(realPath)).flatMap(hide),
    ],
    placeholders,
    watched: pieces.flatMap(({ watched }) => watched),
  }
}

/**
 * Without those that lie in another: a command could make such a one a link, which would open what it leads to. By their names, since links are what is not
 * believed.
 */
function outermost(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => !paths.some((other) => path !== other && path.startsWith(join(other, '/'))))
}

interface Protection {
  /** Folders that must not be moved away. */
  readonly pins: readonly string[]
  readonly closed: readonly string[]
  readonly placeholders: readonly string[]
  readonly watched: readonly Watched[]
}

const nothing: Protection = { pins: [], closed: [], placeholders: [], watched: [] }

/** What git would obey in a repository. Its folder cannot be moved away; one above it can, which is looked at afterwards. */
function closeRepository({ folder }: Repository, standing: Surroundings['standing']): Protection {
  const names = ['config', 'config.worktree', 'commondir', 'hooks']
  const closed = names.map((name) => join(folder, name)).filter((path) => !isMissing(path, standing))
  const hooks = join(folder, 'hooks')
  return {
    ...nothing,
    pins: [folder],
    closed: [...closed, ...hooksElsewhere(folder)],
    placeholders: closed.includes(hooks) ? [] : [hooks],
  }
}

/** Where the configuration says that the hooks are: in the project, as often as not. */
function hooksElsewhere(folder: string): readonly string[] {
  const [, path] =
    /^\s*hookspath\s*=\s*"?([^"\n]+?)"?\s*$/im.exec(readPlainText(join(folder, 'config'))) ?? []
  return path === undefined ? [] : realPath(resolve(dirname(folder), path))
}

/** Walks down to a path inside of a writable folder: what is there is pinned, what is not is made, the last is closed. */
function protect(path: string, open: readonly string[], standing: Surroundings['standing']): Protection {
  const place = realPlace(path)
  const base = open.findLast((folder) => place === folder || place.startsWith(join(folder, '/')))
  if (base === undefined) return nothing
  if (place === base) return { ...nothing, closed: [place] }
  const pins: string[] = []
  const names = place
    .slice(base.length)
    .split('/')
    .filter((name) => name !== '')
  let current = base
  for (const [index, name] of names.entries()) {
    current = join(current, name)
    const found = lookAt(current)
    if (found === undefined || isMissing(current, standing)) return standIn(current, pins)
    if (found.isSymbolicLink()) return followed(current, pins)
    if (index === names.length - 1 || !found.isDirectory()) return { ...nothing, pins, closed: [current] }
    pins.push(current)
  }
  return nothing
}

function isMissing(path: string, standing: Surroundings['standing']): boolean {
  const found = lookAt(path)
  return found === undefined || (standing.has(path) && found.isDirectory() && readdirSync(path).length === 0)
}

/** A link cannot be covered: what it leads to is closed, and the link is looked at afterwards. */
function followed(link: string, pins: readonly string[]): Protection {
  return { ...nothing, pins, closed: realPath(link), watched: [{ path: link, link: readlinkSync(link) }] }
}

/**
 * An empty folder stands in for what is missing, so that nobody makes it. Where that is enough, the name is only looked at afterwards: each folder costs
 * time, and people see it. Git would take one for a broken repository.
 */
function standIn(path: string, pins: readonly string[]): Protection {
  const name = basename(path)
  if (name === '.git') return nothing
  return isObeyedLater(name)
    ? { ...nothing, pins, watched: [{ path }] }
    : { ...nothing, pins, placeholders: [path] }
}

function hide(path: string): readonly Mount[] {
  if (!isReadable(path)) return []
  return [{ type: lookAt(path)?.isDirectory() === true ? 'empty-folder' : 'empty-file', path }]
}

function realPath(path: string): readonly string[] {
  try {
    // Most secrets are not there, and an error costs ten times as much as a look.
    return statSync(path, { throwIfNoEntry: false }) === undefined ? [] : [realpathSync.native(path)]
  } catch {
    return []
  }
}

/** What this user may not read, its programs cannot either. */
function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

/** A path whose folders are without links, as far as they exist; its last name is not followed. */
function realPlace(path: string): string {
  const [folder] = realPath(dirname(path))
  if (folder !== undefined) return join(folder, basename(path))
  return dirname(path) === path ? path : join(realPlace(dirname(path)), basename(path))
}

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)]
}
