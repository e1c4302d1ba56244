import type { Answer, Checkpointer, PendingSignal, ThreadId, Timestamp } from '@keepup/core'

/** An answer that was given. */
export interface GivenAnswer {
  readonly by: string
  readonly time: Timestamp
  readonly allow: boolean
}

/** The answer that was sent first and that its thread has not taken yet. */
export async function waitingAnswer(
  checkpointer: Checkpointer,
  thread: ThreadId,
  approval: string,
): Promise<(GivenAnswer & { readonly id: string }) | undefined> {
  const pending = await checkpointer.pending(thread)
  const first = pending.find(({ channel, type }) => channel === `answers:${approval}` && type === 'answer')
  return first === undefined ? undefined : { id: first.id, ...given(first) }
}

function given({ by, time, data }: PendingSignal): GivenAnswer {
  return { by, time, allow: (data as Partial<Answer>).allow === true }
}
