import { quoted } from './call-facts.ts'
import { isInWorkspace, type Place } from './place.ts'
import { isProtectedPath } from './protected-paths.ts'
import type { CommandReader } from './read-command.ts'

/** Whether a path is one that is read by itself: as a command may, files of the workspace that have no secret name. */
export function mayRead(target: string, place: Place, reader: CommandReader): boolean {
  const path = target.endsWith('/**') ? target.slice(0, -3) : target
  return (
    isInWorkspace(place, path) && (path === place.root || reader.allows(`cat ${quoted(path)}`, 'read-only'))
  )
}

/** Whether a path is one that is changed by itself: a file of the workspace that holds no secret and that no program takes orders from. */
export function mayChange(target: string, place: Place, reader: CommandReader): boolean {
  const path = target.endsWith('/**') ? target.slice(0, -3) : target
  if (path === place.root || !mayRead(path, place, reader)) return false
  return !isProtectedPath(path.slice(place.root.length), target.endsWith('/**'))
}
