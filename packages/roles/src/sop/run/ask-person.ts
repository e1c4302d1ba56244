import type { Answer, PendingSignal, Timestamp } from '@keepup/core'

import type { Session } from './session.ts'
import type { Question } from './sop-entries.ts'
import type { AskedQuestion } from './sop-state.ts'

/** What came of a question so far. */
export type Answered =
  | { readonly type: 'waiting' }
  | { readonly type: 'expired' }
  | (NonNullable<AskedQuestion['answer']> & { readonly type: 'answered' })

/** Asks a person durably, unless that was asked already, and takes the answer where it is there. */
export async function askPerson(session: Session, question: Question, until?: Timestamp): Promise<Answered> {
  const { journal } = session
  const before = journal.state.asked[question.approval]
  if (before === undefined) {
    const { approval, key, approvers, ...rest } = question
    journal.stage(
      'approval-requested',
      { ...rest, approval, key, call: approval, ...(approvers === undefined ? {} : { approvers }) },
      until === undefined ? {} : { until },
    )
    await journal.flush('power')
  }
  await takeAnswers(session)
  return standing(session, question)
}

/** Takes every answer that waits; those that are not to be heeded are declined, with the reason. */
export async function takeAnswers(session: Session): Promise<void> {
  const { journal, taken, thread } = session
  for (const signal of await thread.pending()) {
    if (taken.has(signal.id) || !signal.channel.startsWith('answers:')) continue
    taken.add(signal.id)
    takeAnswer(session, signal)
  }
  await journal.flush('power')
}

function takeAnswer({ journal }: Session, signal: PendingSignal): void {
  const { id, channel, by, labels, data, type: kind } = signal
  const asked = journal.state.asked[channel.slice('answers:'.length)]
  const header = { by, cause: id, takes: id, ...(labels === undefined ? {} : { labels }) }
  const reason = refusal(asked, signal)
  if (reason !== undefined || asked === undefined || !isAnswer(data)) {
    journal.stage(
      'signal-declined',
      { signal: id, channel, kind, data, reason: reason ?? 'it is no answer' },
      header,
    )
    return
  }
  const { allow, message, digest } = data
  const answer = { approval: asked.approval, digest, allow, by, key: asked.key, valid: true }
  journal.stage('approval-answered', { ...answer, ...(message === undefined ? {} : { message }) }, header)
}

/** Why an answer may not count; nothing where it does. */
function refusal(asked: AskedQuestion | undefined, { by, data }: PendingSignal): string | undefined {
  if (asked === undefined) return 'nothing of that name was asked'
  if (asked.answer !== undefined) return 'it was answered already: the first answer counts'
  if (asked.expired === 'failed') return 'the time for an answer was over'
  if (!isAnswer(data)) return 'it is no answer: send { approval, digest, allow }'
  if (data.digest !== asked.digest) return 'it answers something else than what is asked now'
  if (/^(?:agent|model|tool):/.test(by))
    return `${by} is no person: models, agents and tools answer no questions`
  const { approvers } = asked
  if (approvers !== undefined && !approvers.includes(by))
    return `${by} may not answer: ${approvers.join(', ')} may`
  return undefined
}

function isAnswer(data: unknown): data is Pick<Answer, 'allow' | 'digest' | 'message'> {
  if (typeof data !== 'object' || data === null || !('allow' in data) || !('digest' in data)) return false
  const message: unknown = 'message' in data ? data.message : undefined
  return (
    typeof data.allow === 'boolean' &&
    typeof data.digest === 'string' &&
    (message === undefined || typeof message === 'string')
  )
}

function standing({ journal, clock }: Session, { approval }: Question): Answered {
  const { answer, expired, until } = journal.state.asked[approval] ?? {}
  if (answer !== undefined) return { type: 'answered', ...answer }
  if (expired !== undefined) return { type: 'expired' }
  return until !== undefined && clock.now() >= until ? { type: 'expired' } : { type: 'waiting' }
}
