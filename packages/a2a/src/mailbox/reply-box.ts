import { currentOwner, openThread, type OpenThread } from '@keepup/checkpoint'
import { type Milliseconds, startAlarm } from '@keepup/core'

import { type MailAddress, mailThread } from './mail-address.ts'
import type { MailParts } from './mail-parts.ts'
import type { MailReply, MailRequest } from './mail.ts'
import { mailboxEntry } from './mailbox-entries.ts'
import { mailboxFold, type MailboxState } from './mailbox-fold.ts'
import { MailboxSource } from './mailbox-source.ts'
import { createReplyDesk } from './reply-desk.ts'
import { deadlinePassed, openReply, sendQuestion, usualDeadline } from './send-question.ts'

/** Where answers come to who is no agent: a thread of its own, which goes with it. */
export interface ReplyBox extends AsyncDisposable {
  request(request: MailRequest): Promise<MailReply>
}

interface OpenBox {
  readonly thread: OpenThread<MailboxState>
  readonly source: MailboxSource
}

/** So many answers are taken in one commit. */
const lot = 256

/** A box that opens with its first question. */
export function createReplyBox(parts: MailParts): ReplyBox {
  const address: MailAddress = `client/${parts.newId()}`
  const desk = createReplyDesk()
  let box: Promise<OpenBox> | undefined

  async function open(): Promise<OpenBox> {
    const thread = await openThread({
      checkpointer: parts.checkpointer,
      thread: mailThread(address),
      fold: mailboxFold,
      owner: currentOwner(parts.newId()),
      ttl: parts.ttl,
      clock: parts.clock,
    })
    return { thread, source: new MailboxSource(parts.checkpointer, thread.thread, desk.deliver) }
  }

  /** What was answered, or came too late, is taken out of the store, now and then. */
  async function takeSome({ thread, source }: OpenBox): Promise<void> {
    const taken = source.others.splice(0)
    const reason = 'It was given to who asked'
    const entries = taken.map(({ id }) => mailboxEntry('mail/declined', parts.clock.now(), { id, reason }))
    await thread.append(entries, { takes: taken.map(({ id }) => id) })
  }

  return {
    request: async (request) => {
      box ??= open()
      const opened = await box
      const id = request.id ?? parts.newId()
      const deadline: Milliseconds = request.deadline ?? usualDeadline
      const until = parts.clock.now() + deadline
      const over = new AbortController()
      const cancel = startAlarm(parts.clock, deadline, () => over.abort())
      const end = request.signal === undefined ? over.signal : AbortSignal.any([over.signal, request.signal])
      try {
        const arrived = desk.wait(id, end)
        const wasSent = await sendQuestion(parts, { ...request, id }, { until, replyTo: address }, end)
        const reply = wasSent ? await arrived : undefined
        request.signal?.throwIfAborted()
        if (reply === undefined) throw deadlinePassed(request.to, until, wasSent)
        if (opened.source.others.length >= lot) await takeSome(opened)
        return openReply(request.to, reply)
      } finally {
        cancel()
        over.abort()
      }
    },
    [Symbol.asyncDispose]: async () => {
      const opened = await box
      if (opened === undefined) return
      opened.source.close()
      const { thread } = opened.thread
      await opened.thread[Symbol.asyncDispose]()
      // It has no past that anybody needs. Where nothing came there is nothing to erase.
      await parts.checkpointer.erase({ thread, forks: 'cascade' }).catch(() => undefined)
    },
  }
}
