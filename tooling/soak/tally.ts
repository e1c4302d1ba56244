import { createHash } from 'node:crypto'

import { encodeValue } from '@keepup/checkpoint'
import type { Fold } from '@keepup/core'

/** How many entries there were, and a hash over what they said, one after the other. */
export interface Tally {
  readonly count: number
  readonly said: string
}

/** A fold that tells any two histories apart. */
export const tally: Fold<Tally> = {
  id: 'tally',
  version: 1,
  initial: { count: 0, said: '' },
  apply: ({ count, said }, { type, data, erased }) => ({
    count: count + 1,
    said: createHash('sha256')
      .update(`${said} ${type} `)
      .update(erased === true ? 'erased' : encodeValue(data))
      .digest('hex'),
  }),
}
