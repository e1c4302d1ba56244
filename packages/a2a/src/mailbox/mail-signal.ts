import { KeepupError, type NewSignal, type PendingSignal, type Timestamp } from '@keepup/core'

import { checkAddress, isAddress, type MailAddress, mailThread } from './mail-address.ts'
import { labelsToSend } from './mail-labels.ts'
import type { NewMail } from './mail.ts'
import type { MailContent, ReplyContent } from './mailbox-entries.ts'

const longestId = 150

/** Fails `input-invalid` where an id is none. */
export function checkMailId(id: string): string {
  if (typeof id === 'string' && id !== '' && id.length <= longestId) return id
  const message = `A message has the id ${JSON.stringify(id).slice(0, 60)}. Use 1 to ${longestId} characters, or leave it out.`
  throw new KeepupError('input-invalid', message)
}

/** The signal by which a message travels. */
export function mailSignal(
  mail: NewMail & { readonly id: string },
  time: Timestamp,
  more: Omit<MailContent, 'body'> = {},
): NewSignal<'mail', MailContent> {
  const { to, from, body, id, labels } = mail
  return {
    id: checkMailId(id),
    thread: mailThread(to),
    channel: 'messages',
    type: 'mail',
    time,
    by: from === undefined ? 'user' : `agent:${checkAddress(from)}`,
    labels: labelsToSend(labels, from),
    data: { body, ...more },
  }
}

/** The channel on which the answer to a question comes: never full, and only in mailboxes. */
export function replyChannel(question: string): `answers:${string}` {
  return `answers:${question}`
}

/** Who sent a signal; `undefined` where no agent did. */
export function senderOf({ by }: Pick<NewSignal, 'by'>): MailAddress | undefined {
  // What is neither an agent's nor a person's is as little trusted as an agent's.
  if (by === 'user') return undefined
  return by.startsWith('agent:') ? by.slice('agent:'.length) : by
}

/** What a signal of a message holds; `undefined` where it is something else, which anybody may have sent. */
export function contentOf({ id, type, data }: PendingSignal): MailContent | undefined {
  if (type !== 'mail' || !isRecord(data) || !('body' in data)) return undefined
  const { reply, chain } = data
  return {
    body: data['body'],
    ...(isReply(reply) && id.length <= longestId ? { reply } : {}),
    ...(Array.isArray(chain) && chain.every((one) => typeof one === 'string') ? { chain } : {}),
  }
}

/** What a signal of an answer holds; `undefined` where it is something else. */
export function replyOf({ type, data }: PendingSignal): ReplyContent | undefined {
  if (type !== 'mail-reply' || !isRecord(data)) return undefined
  const { failure } = data
  if (isRecord(failure) && typeof failure['code'] === 'string' && typeof failure['message'] === 'string') {
    return { failure: { code: failure['code'], message: failure['message'] } }
  }
  return 'body' in data ? { body: data['body'] } : undefined
}

function isReply(reply: unknown): reply is NonNullable<MailContent['reply']> {
  return isRecord(reply) && isAddress(reply['to']) && Number.isSafeInteger(reply['until'])
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
