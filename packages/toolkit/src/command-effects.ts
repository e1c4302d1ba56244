import { homedir } from 'node:os'

import type { Effect } from '@keepup/core'
import { analyseCommand } from '@keepup/shell'

/** Everything, for a command of which something cannot be known. */
const unknown: readonly Effect[] = (['exec', 'read', 'write', 'delete', 'net'] as const).map((kind) => ({
  kind,
  target: '*',
}))

/**
 * What a shell command may touch, told from its syntax: programs by name, files by path. Where anything is in doubt, everything besides. One that starts in
 * another folder than the project's own reads that folder: so its effects say where it starts.
 */
export function commandEffects(command: string, root: string, folder: string = root): readonly Effect[] {
  const { effects, doubts } = analyseCommand(command, { root, folder, home: homedir() })
  const place: readonly Effect[] =
    folder === root || effects.some(({ kind, target }) => kind === 'read' && target === folder)
      ? []
      : [{ kind: 'read', target: folder }]
  if (doubts.length === 0) return [...effects, ...place]
  const known = effects.filter(({ target }) => target !== '*')
  return [...known, ...place, ...unknown]
}
