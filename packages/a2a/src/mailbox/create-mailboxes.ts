import {
  type Checkpointer,
  type Clock,
  type Flush,
  type Milliseconds,
  type NewId,
  systemClock,
} from '@keepup/core'

import type { MailParts } from './mail-parts.ts'
import { createPost } from './mail-post.ts'
import { listMailboxes, readMailbox } from './mailbox-report.ts'
import type { Mailboxes } from './mailboxes.ts'
import { publishMail } from './publish-mail.ts'
import { createReplyBox } from './reply-box.ts'
import { sendMail, sendMany } from './send-mail.ts'
import { serveMailbox } from './serve-mailbox.ts'
import type { ServedMailbox } from './serve-options.ts'
import { followTopic, redriveMail } from './tell-mailbox.ts'

/** The parts of {@link createMailboxes}. */
export interface MailboxesOptions {
  /** Where the mailboxes are: whoever works on the same store sends to them and serves them. It bounds them (`capacity`). */
  readonly checkpointer: Checkpointer
  /** What every acknowledgement means: it survives a kill, or a loss of power; `process` when left out. */
  readonly flush?: Flush
  readonly clock?: Clock
  readonly newId?: NewId
  /** How long a mailbox is held without a sign of life of a process that cannot be proved dead; 30,000 when left out. */
  readonly ttl?: Milliseconds
}

/** Mailboxes on a store, which stays the caller's to close. Disposing stops what is served here. */
export function createMailboxes(options: MailboxesOptions): Mailboxes {
  const { checkpointer, flush = 'process' } = options
  const parts: MailParts = {
    checkpointer,
    post: createPost(checkpointer, flush),
    clock: options.clock ?? systemClock,
    newId: options.newId ?? (() => crypto.randomUUID()),
    flush,
    ttl: options.ttl ?? 30_000,
  }
  const replies = createReplyBox(parts)
  const served = new Set<ServedMailbox>()
  const known = new Set<string>()
  return {
    send: (mail, waiting) => sendMail(parts, known, mail, waiting),
    sendAll: (mails) => sendMany(parts, known, mails),
    request: (request) => replies.request(request),
    serve: (serving) => {
      const mailbox = serveMailbox(parts, serving)
      served.add(mailbox)
      return mailbox
    },
    publish: (notice) => publishMail(parts, notice),
    follow: (topic, address, from) => followTopic(parts, topic, address, from),
    leave: (topic, address) => followTopic(parts, topic, address, 'never'),
    redrive: (address, ids) => redriveMail(parts, address, ids, false),
    discard: (address, ids) => redriveMail(parts, address, ids, true),
    read: (address) => readMailbox(parts, address),
    list: () => listMailboxes(parts),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...served].map((mailbox) => mailbox.stop()))
      await replies[Symbol.asyncDispose]()
    },
  }
}
