import type { Milliseconds, Owner } from '@keepup/core'

import { eachOwnerOnce } from '../each-owner-once.ts'
import type { Moment } from './moment.ts'
import { failRow } from './settle-row.ts'

/** A worker that was not heard of for so long is forgotten. */
const longestSilence: Milliseconds = 60_000

/** Takes claims away that were not extended in time, or whose process is provably dead. */
export function reapRows(moment: Moment, isOwnerDead: (owner: Owner) => boolean): void {
  const { rows, now } = moment
  const isDead = eachOwnerOnce(isOwnerDead)
  for (const row of rows.all('claimed')) {
    if (row.holder === undefined) continue
    if (row.holder.until <= now || isDead(row.holder.owner)) failRow(moment, row, undefined)
  }
  rows.forgetWorkers({ seenBefore: now - longestSilence })
}
