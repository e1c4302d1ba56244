import { hash } from 'node:crypto'

import { type Append, joinTable, type LabelTable, type NewSignal } from '@keepup/core'

import { askWithin } from './ask-within.ts'
import { topicThread } from './mail-address.ts'
import { mailSignal } from './mail-signal.ts'
import type { NewMail, NewNotice } from './mail.ts'
import type { OpenMail } from './mailbox-fold.ts'
import { publishedEntry } from './publish-mail.ts'
import type { MailContext } from './serve-options.ts'
import type { Tenure } from './tenure.ts'

/** What a handler sent, to go out when its message is settled. */
export interface Outbox {
  readonly signals: NewSignal[]
  readonly also: Append[]
}

/** What a handler gets beside its message, and what it sent. */
export function createMailContext(
  tenure: Tenure,
  mail: OpenMail,
  labels: LabelTable,
  signal: AbortSignal,
): { readonly context: MailContext; readonly outbox: Outbox } {
  const { parts, settings } = tenure
  const outbox: Outbox = { signals: [], also: [] }
  let sent = 0
  let asked = 0
  // The same on a later attempt, so that nothing goes out twice.
  const next = (kind: string, index: number): string =>
    derivedId(`${settings.address}\n${mail.id}\n${kind}\n${index}`)

  function own<T extends Partial<Pick<NewMail, 'labels'>>>(
    words: T,
  ): T & { from: string; labels: LabelTable } {
    return { ...words, from: settings.address, labels: words.labels ?? { default: joinTable(labels) } }
  }
  function send(message: Omit<NewMail, 'from'>): void {
    outbox.signals.push(mailSignal({ id: next('send', sent++), ...own(message) }, parts.clock.now()))
  }
  function publish(notice: Omit<NewNotice, 'from'>): void {
    const entry = publishedEntry({ id: next('send', sent++), ...own(notice) }, parts.clock.now())
    outbox.also.push({ thread: topicThread(notice.topic), after: 'head', entries: [entry] })
  }
  const context: MailContext = {
    signal,
    send,
    publish,
    request: (request) =>
      askWithin(tenure, mail, { id: next(`ask ${mail.failures}`, asked++), ...own(request) }, signal),
  }
  return { context, outbox }
}

function derivedId(text: string): string {
  return hash('sha256', text).slice(0, 40)
}
