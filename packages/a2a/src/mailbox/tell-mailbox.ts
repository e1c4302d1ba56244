import type { SignalId } from '@keepup/core'

import { type MailAddress, mailThread, type TopicName, topicThread } from './mail-address.ts'
import { noteMailbox } from './mail-directory.ts'
import type { MailParts } from './mail-parts.ts'
import type { FollowedData, RedrivenData } from './mailbox-entries.ts'
import { ensureShared, headOf } from './shared-thread.ts'

/** Makes a mailbox follow a topic from its present end or its start, or leave it. */
export async function followTopic(
  parts: MailParts,
  topic: TopicName,
  address: MailAddress,
  from: 'now' | 'start' | 'never' = 'now',
): Promise<void> {
  const thread = topicThread(topic)
  await ensureShared(parts, thread)
  const after = from === 'start' ? 0 : await headOf(parts.checkpointer, thread)
  const data: FollowedData = from === 'never' ? { topic } : { topic, after }
  await tell(parts, address, 'mail-follow', data)
}

/** Makes a mailbox take up its dead letters again, or forget them; those named, or all. */
export async function redriveMail(
  parts: MailParts,
  address: MailAddress,
  ids: readonly SignalId[] | undefined,
  discard: boolean,
): Promise<void> {
  const data: RedrivenData = ids === undefined ? { discard } : { ids: [...ids], discard }
  await tell(parts, address, 'mail-redrive', data)
}

/** Control is never full. */
async function tell(
  parts: MailParts,
  address: MailAddress,
  type: string,
  data: FollowedData | RedrivenData,
): Promise<void> {
  await noteMailbox(parts, address)
  const signal = {
    id: parts.newId(),
    thread: mailThread(address),
    channel: 'control',
    type,
    time: parts.clock.now(),
    by: 'user',
    data,
  } as const
  await parts.checkpointer.signal([signal], parts.flush)
}
