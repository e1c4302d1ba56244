import type { ReplayCursor } from '@keepup/checkpoint'
import type { Entry, HookEvent, Hooks, HookVerdict } from '@keepup/core'

import { awaitOthers, isOne } from './find-ahead.ts'

/** Moments of which nothing is ever recorded. */
const silent: ReadonlySet<HookEvent['type']> = new Set(['session-ended', 'notified', 'compaction-requested'])

/** Hooks that say what was recorded, when its turn comes, and run nothing; none where none said anything. */
export function replayHooks(cursor: ReplayCursor, recorded: readonly Entry[]): Hooks | undefined {
  if (!recorded.some(({ type }) => type === 'hook-reported')) return undefined
  return {
    listens: (type) => !silent.has(type),
    async run({ type }): Promise<HookVerdict> {
      // What others sent while the hooks ran came first.
      await awaitOthers(cursor)
      const next = cursor.next()
      if (next === undefined || !isOne(next, ['hook-reported']) || next.data.moment !== type) return {}
      const { context, denied, stop } = next.data
      return {
        ...(context === undefined ? {} : { context }),
        ...(denied === undefined ? {} : { decision: { type: 'deny', reason: denied } }),
        ...(stop === undefined ? {} : { stop }),
      }
    },
  }
}
