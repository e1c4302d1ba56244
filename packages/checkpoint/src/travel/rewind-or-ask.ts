import { systemClock, type ThreadRewound } from '@keepup/core'

import type { Rewinding } from '../rewind-thread.ts'
import { appendOrAsk, type Changed } from './append-or-ask.ts'

/**
 * Rewinds a thread, also one that somebody runs: they are asked by a signal, which they heed after their present turn. What came after `to` is hidden, and stays in the
 * log. Fails `thread-unknown`, `checkpoint-unknown`.
 */
export async function rewindOrAsk(rewinding: Rewinding): Promise<Changed> {
  const { checkpointer, thread, to, by = 'user', clock = systemClock } = rewinding
  await checkpointer.read(thread, { at: to })
  const entry: ThreadRewound = {
    type: 'thread-rewound',
    version: 1,
    critical: true,
    time: clock.now(),
    by,
    data: { to },
  }
  const owner = rewinding.owner === undefined ? {} : { owner: rewinding.owner }
  return appendOrAsk({ checkpointer, thread, entry, signal: 'rewind', clock, ...owner })
}
