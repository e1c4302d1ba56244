import type { NewEntry, Timestamp } from '@keepup/core'

import { checkAddress, topicThread } from './mail-address.ts'
import { labelsToSend } from './mail-labels.ts'
import type { MailParts } from './mail-parts.ts'
import { checkMailId } from './mail-signal.ts'
import type { NewNotice } from './mail.ts'
import type { MailContent } from './mailbox-entries.ts'
import { appendShared } from './shared-thread.ts'

/** The entry by which a notice is published. */
export function publishedEntry(
  notice: NewNotice & { readonly id: string },
  time: Timestamp,
): NewEntry<'mail/published', Pick<MailContent, 'body'>> {
  const { topic, from, body, id, labels } = notice
  checkAddress(topic, 'topic')
  return {
    type: 'mail/published',
    version: 1,
    critical: true,
    time,
    by: from === undefined ? 'user' : `agent:${checkAddress(from)}`,
    id: checkMailId(id),
    labels: labelsToSend(labels, from),
    data: { body },
  }
}

/** Publishes: one commit, whoever follows the topic. Publishing the same id twice is one notice. */
export async function publishMail(parts: MailParts, notice: NewNotice): Promise<void> {
  const entry = publishedEntry({ ...notice, id: notice.id ?? parts.newId() }, parts.clock.now())
  await appendShared(parts, topicThread(notice.topic), entry, parts.flush)
}
