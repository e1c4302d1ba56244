import { homedir } from 'node:os'

import type { Effect } from '@keepup/core'
import { analyseCommand } from '@keepup/shell'

/** Everything, for a command of which something cannot be known. */
const unknown: readonly Effect[] = (['exec', 'read', 'write', 'delete', 'net'] as const).map((kind) => ({
  kind,
  target: '*',
}))

/** What a shell command may touch, told from its syntax: programs by name, files by path. Where anything is in doubt, everything besides. */
export function commandEffects(command: string, root: string): readonly Effect[] {
  const { effects, doubts } = analyseCommand(command, { root, home: homedir() })
  if (doubts.length === 0) return effects
  const known = effects.filter(({ target }) => target !== '*')
  return [...known, ...unknown]
}
