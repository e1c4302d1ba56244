import { isAbsolute, join, normalize } from 'node:path'

import { type Clock, systemClock } from '@keepup/core'
import { type CommandPlace, realPath } from '@keepup/shell'

import { remembering } from './remembering.ts'

/** Where calls are judged: what paths mean there. */
export interface Place {
  /** The workspace, links followed. */
  readonly root: string
  /** The workspace as it was named. */
  readonly named: string
  readonly home: string | undefined
  /** Whether file names that differ in case alone are one file. */
  readonly foldsCase: boolean
  /** Follows links; what does not exist is resolved by its nearest parent that does. */
  real(path: string): string
  /** The same for the analysis of commands. */
  readonly command: CommandPlace
}

/** What a place is made from. */
export interface PlaceOptions {
  /** The workspace. */
  readonly root: string
  /** What `~` stands for; unknown when left out. */
  readonly home?: string
  /** Follows links; the file system's own when left out. */
  readonly realPath?: (path: string) => string
  /** Whether file names that differ in case alone are one file; as on this system when left out. */
  readonly foldsCase?: boolean
  /** Says how old a look at the file system is: one decision looks once. */
  readonly clock?: Pick<Clock, 'now'>
}

/** Fills in what is left out. */
export function placeOf(options: PlaceOptions): Place {
  const { root: named, home, clock = systemClock, realPath: follow = (path) => realPath(path) } = options
  const real = remembering(follow, clock)
  const root = real(normalize(named).replace(/(?<=.)\/$/, ''))
  const command: CommandPlace = { root, ...(home === undefined ? {} : { home }), realPath: real }
  const foldsCase = options.foldsCase ?? (process.platform === 'darwin' || process.platform === 'win32')
  return { root, named, home, foldsCase, real, command }
}

/** Where a target of an effect leads: absolute, links followed. `*` and what is beneath a folder (`/**`) stay what they are. */
export function resolveTarget(place: Place, target: string): string {
  if (target === '*' || target === '**') return '*'
  const beneath = target.endsWith('/**')
  const path = beneath ? target.slice(0, -3) || '/' : target
  const real = place.real(isAbsolute(path) ? normalize(path) : join(place.root, path))
  return beneath ? `${real === '/' ? '' : real}/**` : real
}

/** Whether a resolved path lies in the workspace, or is the workspace. */
export function isInWorkspace({ root }: Place, path: string): boolean {
  return path === root || path.startsWith(root === '/' ? '/' : `${root}/`)
}
