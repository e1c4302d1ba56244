import type { ReplayCursor } from '@keepup/checkpoint'
import { type Entry, type Guidance, labelAt, lostLabel } from '@keepup/core'

import { awaitOthers, isOne } from './find-ahead.ts'

/** Guidance that finds what was recorded, when its turn comes; `undefined` where none was recorded. */
export function replayGuidance(cursor: ReplayCursor, recorded: readonly Entry[]): Guidance | undefined {
  if (!recorded.some(({ type }) => type === 'guidance-read')) return undefined
  return {
    async read() {
      await awaitOthers(cursor)
      const next = cursor.next()
      if (next === undefined || !isOne(next, ['guidance-read'])) return []
      const { data, labels } = next
      return data.texts.map(({ path, text }, index) => ({
        path,
        text,
        label: labels === undefined ? lostLabel : labelAt(labels, `/texts/${index}`),
      }))
    },
  }
}
