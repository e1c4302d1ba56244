import { KeepupError, type LabelTable, type PendingSignal } from '@keepup/core'

import type { MailAddress } from './mail-address.ts'
import { replyChannel, replyOf } from './mail-signal.ts'
import type { MailReply, MailRequest } from './mail.ts'
import { mailboxEntry } from './mailbox-entries.ts'
import type { OpenMail } from './mailbox-fold.ts'
import { deadlinePassed, openReply, replyFrom, sendQuestion, usualDeadline } from './send-question.ts'
import type { Tenure } from './tenure.ts'

/** A question of a handler, from its mailbox. */
type Question = MailRequest & {
  readonly id: string
  readonly from: MailAddress
  readonly labels: LabelTable
}

/** Asks another agent for the handler of a message, and keeps the answer with the message. */
export async function askWithin(
  tenure: Tenure,
  mail: OpenMail,
  question: Question,
  signal: AbortSignal,
): Promise<MailReply> {
  const { parts, thread, desk, source } = tenure
  const chain = [...(mail.chain ?? []), question.from]
  refuseCircle(chain, question.to)
  const known = thread.state.answers.find(({ id }) => id === question.id)
  if (known !== undefined) return replyFrom(question.to, known.content, known.labels)

  const until = Math.min(
    parts.clock.now() + (question.deadline ?? usualDeadline),
    mail.reply?.until ?? Infinity,
  )
  const early = source.others.find(({ channel }) => channel === replyChannel(question.id))
  const reply = early ?? (await waitFor())
  await keep(tenure, mail, question, reply)
  return openReply(question.to, reply)

  async function waitFor(): Promise<PendingSignal> {
    const over = new AbortController()
    const ends = [signal, over.signal, ...(question.signal === undefined ? [] : [question.signal])]
    const end = AbortSignal.any(ends)
    const arrived = desk.wait(question.id, end)
    const rest = parts.clock.sleep(Math.max(0, until - parts.clock.now()), end)
    // A clock that is stopped rejects; only its end counts.
    void rest.then(
      () => over.abort(),
      () => undefined,
    )
    try {
      const wasSent = await sendQuestion(parts, question, { until, chain, replyTo: question.from }, end)
      const found = wasSent ? await arrived : undefined
      if (found !== undefined) return found
      signal.throwIfAborted()
      question.signal?.throwIfAborted()
      throw deadlinePassed(question.to, until, wasSent)
    } finally {
      over.abort()
    }
  }
}

/** Takes the answer, so that a later attempt of the same message finds it. */
async function keep(tenure: Tenure, mail: OpenMail, question: Question, reply: PendingSignal): Promise<void> {
  const { parts, thread, source } = tenure
  const place = source.others.indexOf(reply)
  if (place >= 0) source.others.splice(place, 1)
  const content = replyOf(reply) ?? {
    failure: { code: 'internal', message: 'it sent something that is no answer' },
  }
  const entry = mailboxEntry(
    'mail/answered',
    parts.clock.now(),
    { id: question.id, message: mail.id, from: question.to, content },
    reply.labels === undefined ? {} : { labels: reply.labels },
  )
  await thread.append([entry], { flush: parts.flush, takes: [reply.id] })
}

function refuseCircle(chain: readonly MailAddress[], to: MailAddress): void {
  if (!chain.includes(to)) return
  const circle = [...chain.slice(chain.indexOf(to)), to].join(' -> ')
  const message = `${to} waits for this very answer: ${circle}. Answer with what is known, or send a message instead of asking.`
  throw new KeepupError('wait-cycle', message, { details: { circle: [...chain, to] } })
}
