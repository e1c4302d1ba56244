import {
  KeepupError,
  type LabelTable,
  type Milliseconds,
  type PendingSignal,
  type Timestamp,
} from '@keepup/core'

import type { MailAddress } from './mail-address.ts'
import { labelsOfArrived } from './mail-labels.ts'
import type { MailParts } from './mail-parts.ts'
import { mailSignal, replyOf } from './mail-signal.ts'
import type { MailReply, MailRequest } from './mail.ts'
import type { ReplyContent } from './mailbox-entries.ts'
import { tryUntilRoom } from './try-until-room.ts'

/** How long an answer may take where nobody says so. */
export const usualDeadline: Milliseconds = 30_000

/** Sends a question; waits for room in the mailbox until the signal is aborted. Whether there was room. */
export async function sendQuestion(
  parts: MailParts,
  question: MailRequest & { readonly id: string },
  more: { readonly replyTo: MailAddress; readonly until: Timestamp; readonly chain?: readonly MailAddress[] },
  signal: AbortSignal,
): Promise<boolean> {
  const { replyTo, until, chain } = more
  const content = { reply: { to: replyTo, until }, ...(chain === undefined ? {} : { chain }) }
  const sent = mailSignal(question, parts.clock.now(), content)
  const receipt = await tryUntilRoom(
    { clock: parts.clock, patience: Math.max(0, until - parts.clock.now()), signal },
    async () => (await parts.post([sent]))[0],
    (outcome) => outcome !== 'full',
  )
  return receipt !== 'full'
}

/** The answer that a signal holds. Fails `request-failed` where it says that there is none. */
export function openReply(to: MailAddress, signal: PendingSignal): MailReply {
  return replyFrom(to, replyOf(signal), signal.labels)
}

/** The answer that was kept. Fails as {@link openReply} does. */
export function replyFrom(
  to: MailAddress,
  content: ReplyContent | undefined,
  labels: LabelTable | undefined,
): MailReply {
  if (content === undefined) {
    throw new KeepupError(
      'request-failed',
      `${to} sent something that is no answer. Ask again, or look at what serves it.`,
    )
  }
  if ('body' in content) return { body: content.body, from: to, labels: labelsOfArrived(labels, to) }
  const { code, message } = content.failure
  throw new KeepupError('request-failed', `${to} could not answer: ${message}`, { details: { to, code } })
}

/** Says that nobody waits any more. */
export function deadlinePassed(to: MailAddress, until: Timestamp, wasSent: boolean): KeepupError {
  const reason = wasSent ? '' : ' Its mailbox was full all the time, so that nothing was sent.'
  const message =
    `${to} has not answered by ${new Date(until).toISOString()}.${reason} ` +
    `${wasSent ? 'What was asked may be done all the same. ' : ''}Look whether somebody serves it (keepup mail list), and ask again with more time.`
  return new KeepupError('deadline-passed', message, { details: { to, until } })
}
