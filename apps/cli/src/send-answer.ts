import { answerFate, type FoundApproval, type GivenAnswer, waitingAnswer } from '@keepup/loop'
import { answer } from '@keepup/runtime'

import { usageError } from './error-report.ts'
import type { Store } from './store.ts'

/** What a person said to a question. */
export interface SaidAnswer {
  readonly allow: boolean
  readonly message?: string
}

/**
 * Sends an answer, durably. Of answers that are sent at the same time too, the first one in the thread's own order counts. Fails `input-invalid` where it is not this
 * one, and says whose it was: then nothing may be done in its name.
 */
export async function sendAnswer(
  store: Store,
  { thread, approval: { id, digest } }: FoundApproval,
  said: SaidAnswer,
): Promise<void> {
  const before = await waitingAnswer(store.checkpointer, thread, id)
  if (before !== undefined) throw answeredAlready(id, before)
  const sent = answer(thread, { approval: id, digest, ...said })
  await store.checkpointer.signal([sent], 'power')
  const fate = await answerFate(store.checkpointer, thread, { signal: sent.id, approval: id })
  if (fate.type === 'late') throw answeredAlready(id, fate.first)
  if (fate.type === 'declined') {
    throw usageError(
      `approval ${id} is not open any more: ${fate.reason}`,
      'see what is: keepup approvals list',
    )
  }
}

/** Says whose answer came first. */
export function answeredAlready(id: string, { by, time, allow }: GivenAnswer): Error {
  const when = new Date(time).toISOString()
  return usageError(
    `approval ${id} was answered already: ${by} said ${allow ? 'allow' : 'deny'} at ${when}`,
    'the first answer counts; see what came of it with: keepup threads',
  )
}
