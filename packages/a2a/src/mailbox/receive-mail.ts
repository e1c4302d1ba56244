import type { NewEntry, PendingSignal } from '@keepup/core'

import { checkAddress } from './mail-address.ts'
import { labelOfAgent } from './mail-labels.ts'
import { contentOf, senderOf } from './mail-signal.ts'
import { type MailContent, mailboxEntry } from './mailbox-entries.ts'
import type { MailboxSource } from './mailbox-source.ts'
import type { Tenure } from './tenure.ts'

/** Takes up to `most` messages of those that came in one commit, by which their first attempt begins. Whether there were any. */
export async function receiveMail(tenure: Tenure, most: number): Promise<boolean> {
  const { source, parts, thread, fresh } = tenure
  const signals = source.messages.splice(0, most)
  const notices = source.notices.splice(0, most - signals.length)
  if (signals.length + notices.length === 0) return false
  const entries = [
    ...signals.flatMap((signal) => entriesOf(tenure, signal)),
    ...notices.flatMap((notice) => entryOf(tenure, notice) ?? []),
  ]
  await thread.append(entries, { flush: parts.flush, takes: signals.map(({ id }) => id) })
  for (const { id } of signals) fresh.add(id)
  for (const { topic, entry } of notices) fresh.add(noticeId(topic, entry.sequence))
  return true
}

/** The entries of one signal. What is no message is a dead letter at once, so that nothing is lost and nothing blocks the way. */
function entriesOf({ parts, fresh }: Tenure, signal: PendingSignal): readonly NewEntry[] {
  const { id, time, labels } = signal
  const from = senderOf(signal)
  const content = contentOf(signal)
  const known = { id, sent: time, ...(from === undefined ? {} : { from }) }
  const header = { cause: id, ...(labels === undefined ? {} : { labels }) }
  const now = parts.clock.now()
  if (content !== undefined) return [mailboxEntry('mail/received', now, { ...known, ...content }, header)]
  const error = `It is no message: a signal of type ${signal.type}. Send with createMailboxes or \`keepup mail send\`.`
  const end = { id, outcome: 'dead', attempts: 0, error } as const
  fresh.delete(id)
  return [
    mailboxEntry('mail/received', now, { ...known, body: signal.data }, header),
    mailboxEntry('mail/settled', now, { messages: [end] }),
  ]
}

/** A notice as a message, unless it is something else or was received before. */
function entryOf(
  { parts, thread }: Tenure,
  { topic, entry }: MailboxSource['notices'][number],
): NewEntry | undefined {
  const after = thread.state.topics[topic]
  if (after === undefined || entry.sequence <= after || entry.type !== 'mail/published') return undefined
  // Only `publishMail` writes this type; an erased one has no data.
  const content = (entry.data ?? { body: null }) as Pick<MailContent, 'body'>
  const from = senderOf(entry)
  return mailboxEntry(
    'mail/received',
    parts.clock.now(),
    {
      id: noticeId(topic, entry.sequence),
      sent: entry.time,
      body: content.body,
      topic: { name: topic, sequence: entry.sequence },
      ...(from === undefined ? {} : { from }),
    },
    entry.labels === undefined
      ? { labels: { default: labelOfAgent(from ?? checkAddress(topic)) } }
      : { labels: entry.labels },
  )
}

function noticeId(topic: string, sequence: number): string {
  return `${topic}:${sequence}`
}
