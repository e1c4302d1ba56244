import { type Checkpointer, type Owner } from '@keepup/core'

import { memoryCheckpointer, openThread } from '../../src/index.ts'
import { stranger } from './entry.ts'
import { manualClock } from './manual-clock.ts'
import { notesFold } from './notes-fold.ts'

/** Thread `t`, open over an in-memory checkpointer with a clock that stands still; `wrap` comes between the two. */
export async function openScene(
  more: { owner?: Owner; snapshotAfter?: number; writers?: 'one' | 'many' } = {},
  wrap: (checkpointer: Checkpointer) => Checkpointer = (same) => same,
) {
  const clock = manualClock()
  const checkpointer = memoryCheckpointer({ clock, isOwnerDead: () => false })
  const options = {
    checkpointer: wrap(checkpointer),
    thread: 't',
    fold: notesFold,
    owner: stranger('a'),
    ttl: 30_000,
    clock,
    ...more,
  }
  return { clock, checkpointer, options, thread: await openThread(options) }
}

/** A checkpointer whose commits or renewals fail as long as `failure` gives an error. */
export function failing(
  checkpointer: Checkpointer,
  failure: {
    commit?: () => Error | undefined
    renew?: () => Error | undefined
    afterCommit?: () => Error | undefined
  },
): Checkpointer {
  return {
    ...checkpointer,
    async commit(batch) {
      const error = failure.commit?.()
      if (error !== undefined) throw error
      const made = await checkpointer.commit(batch)
      const late = failure.afterCommit?.()
      if (late !== undefined) throw late
      return made
    },
    async lease(...wanted) {
      const lease = await checkpointer.lease(...wanted)
      const renew = async (ttl: number): Promise<void> => {
        const error = failure.renew?.()
        if (error !== undefined) throw error
        await lease.renew(ttl)
      }
      return new Proxy(lease, {
        get: (target, key) => (key === 'renew' ? renew : Reflect.get(target, key)),
      })
    },
  }
}
