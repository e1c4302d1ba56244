import type { AgentEntry, Checkpointer, Entry, ThreadId } from '@keepup/core'

import { type GivenAnswer, waitingAnswer } from './waiting-answer.ts'

/** What became of an answer: it waits or was taken, another one came first, or it answered nothing. */
export type AnswerFate =
  | { readonly type: 'stands' }
  | { readonly type: 'late'; readonly first: GivenAnswer }
  | { readonly type: 'declined'; readonly reason: string }

/** Looks what became of an answer that was sent, by the signal that it was. */
export async function answerFate(
  checkpointer: Checkpointer,
  thread: ThreadId,
  { signal, approval }: { readonly signal: string; readonly approval: string },
): Promise<AnswerFate> {
  const first = await waitingAnswer(checkpointer, thread, approval)
  if (first !== undefined) return first.id === signal ? { type: 'stands' } : { type: 'late', first }
  let fate: AnswerFate = { type: 'declined', reason: 'it is gone' }
  for await (const entry of checkpointer.log(thread)) {
    const found = fateBy(entry, signal, approval)
    if (found?.type === 'stands') return found
    if (found !== undefined && fate.type !== 'late') fate = found
  }
  return fate
}

/** What one entry says of it. */
function fateBy(entry: Entry, signal: string, approval: string): AnswerFate | undefined {
  if (entry.type === 'signal-declined' && entry.cause === signal) {
    const { reason } = entry.data as AgentEntry<'signal-declined'>['data'] // its type says so
    return { type: 'declined', reason }
  }
  const answered = asAnswered(entry, approval)
  if (answered === undefined) return undefined
  const { by, allow, valid } = answered
  if (entry.cause === signal) {
    return valid
      ? { type: 'stands' }
      : { type: 'declined', reason: 'the call has changed since it was asked' }
  }
  return valid ? { type: 'late', first: { by, allow, time: entry.time } } : undefined
}

function asAnswered(
  { type, data }: Entry,
  approval: string,
): AgentEntry<'approval-answered'>['data'] | undefined {
  if (type !== 'approval-answered') return undefined
  const answered = data as AgentEntry<'approval-answered'>['data'] // its type says so
  return answered.approval === approval ? answered : undefined
}
