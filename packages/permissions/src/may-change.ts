import { isSecretPath, refusedCharacter } from '@keepup/shell'

import { isInWorkspace, type Place } from './place.ts'
import { isProtectedPath } from './protected-paths.ts'

/**
 * Whether a resolved path is one that is read by itself: as a command may, files of the workspace that have no secret name, and none that people
 * would read as another one.
 */
export function mayRead(target: string, place: Place): boolean {
  const path = target.endsWith('/**') ? target.slice(0, -3) : target
  if (path === place.root) return true
  return (
    isInWorkspace(place, path) &&
    // The folders above count too: who works in `~/.ssh` or `~/.aws` is asked about every file there.
    !isSecretPath(path) &&
    refusedCharacter(path) === undefined
  )
}

/** Whether a path is one that is changed by itself: a file of the workspace that holds no secret and that no program takes orders from. */
export function mayChange(target: string, place: Place): boolean {
  const path = target.endsWith('/**') ? target.slice(0, -3) : target
  if (path === place.root || !mayRead(path, place)) return false
  return !isProtectedPath(path.slice(place.root.length), target.endsWith('/**'))
}
