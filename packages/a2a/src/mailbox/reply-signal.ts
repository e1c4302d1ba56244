import { joinTable, type LabelTable, type NewSignal } from '@keepup/core'

import { mailThread } from './mail-address.ts'
import { labelOfAgent, lowerTable } from './mail-labels.ts'
import { replyChannel } from './mail-signal.ts'
import type { ReplyContent } from './mailbox-entries.ts'
import type { OpenMail } from './mailbox-fold.ts'
import type { Tenure } from './tenure.ts'

/** The answer to a question, labelled with all that the question was made of; nothing where nobody asked. */
export function replySignals(
  { parts, settings }: Pick<Tenure, 'parts' | 'settings'>,
  mail: OpenMail,
  content: ReplyContent,
  shown: LabelTable,
): readonly NewSignal<'mail-reply', ReplyContent>[] {
  if (mail.reply === undefined) return []
  return [
    {
      id: `${mail.id}:reply`,
      thread: mailThread(mail.reply.to),
      channel: replyChannel(mail.id),
      type: 'mail-reply',
      time: parts.clock.now(),
      by: `agent:${settings.address}`,
      labels: lowerTable({ default: joinTable(shown) }, labelOfAgent(settings.address)),
      data: content,
    },
  ]
}
