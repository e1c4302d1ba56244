import type { AcpChoices } from '@keepup/acp'
import type { Mode } from '@keepup/core'

import { modes } from '../settings/setting-table.ts'

const texts: Readonly<Record<Mode, readonly [string, string]>> = {
  plan: ['Plan', 'Looks and plans; changes nothing'],
  ask: ['Ask', 'Asks before it changes anything or runs a command'],
  'auto-edit': ['Edits', 'Edits files of the project; asks before anything else'],
  auto: ['Auto', 'Does what is ordinary in the project; asks about the rest'],
  yolo: ['All', 'Does everything that no rule denies, unasked'],
}

/** The permission modes, as an editor offers them. */
export function modeChoices(current: Mode): AcpChoices {
  const options = modes.map((id) => ({ id, name: texts[id][0], description: texts[id][1] }))
  return { current, options }
}
