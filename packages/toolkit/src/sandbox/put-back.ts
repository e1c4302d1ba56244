import { readlinkSync, symlinkSync } from 'node:fs'

import { holdBack, lookAt } from './hold-back.ts'
import type { Watched } from './plan-mounts.ts'

/** Restores what a command changed where no mount could keep it from that. Says what was done. */
export function putBack({ path, link }: Watched): readonly string[] {
  const found = lookAt(path)
  if (link === undefined) return found === undefined ? [] : heldBack(path)
  if (found?.isSymbolicLink() === true && readlinkSync(path) === link) return []
  const told = found === undefined ? [] : heldBack(path)
  try {
    symlinkSync(link, path)
  } catch {
    return [...told, `The link ${path} to ${link} was removed and could not be restored.`]
  }
  return [...told, `The link ${path} to ${link} was changed, and was restored.`]
}

function heldBack(path: string): readonly string[] {
  const aside = holdBack(path)
  return [
    aside === undefined
      ? `${path}, which no command may make, could not be taken away: look at it.`
      : `${path}, which no command may make, was renamed to ${aside}.`,
  ]
}
