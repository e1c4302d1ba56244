import type { Owner, SignalId, Timestamp } from '@keepup/core'

import type { MailAddress, TopicName } from './mail-address.ts'
import type { MailReceipt, MailReply, MailRequest, NewMail, NewNotice, SendOptions } from './mail.ts'
import type { DeadLetter, OpenMail } from './mailbox-fold.ts'
import type { ServedMailbox, ServeOptions } from './serve-options.ts'

/** What is in a mailbox. */
export interface MailboxReport {
  readonly address: MailAddress
  /** Sent and not received yet, in order. */
  readonly waiting: readonly WaitingMail[]
  /** Received and not done with, in the order in which they are handled. */
  readonly open: readonly OpenMail[]
  readonly dead: readonly DeadLetter[]
  /** The topics that it follows. */
  readonly topics: readonly TopicName[]
  readonly received: number
  readonly handled: number
  /** Questions whose deadline passed before they were handled. */
  readonly expired: number
}

/** A message that waits, without its body. */
export interface WaitingMail {
  readonly id: SignalId
  readonly from?: MailAddress
  readonly sent: Timestamp
}

/** A mailbox among others. */
export interface ListedMailbox {
  readonly address: MailAddress
  readonly waiting: number
  readonly open: number
  readonly dead: number
  readonly handled: number
  /** Who holds it; left out where nobody does. */
  readonly owner?: Owner
}

/**
 * Durable mailboxes: actors that handle one message at a time. Every sentence here is a test of the same words in `@keepup/a2a/conformance`.
 *
 * All methods are safe to call concurrently, from any number of processes on the same store.
 */
export interface Mailboxes extends AsyncDisposable {
  /**
   * A message is sent once, however often its id is (`duplicate`). Messages of one sender arrive in the order in which they were accepted. A mailbox that is full
   * says so (`full`), or takes it once there is room within `wait`. Nobody need serve it yet. Words of an agent are never trusted, whatever their labels say.
   */
  send(mail: NewMail, options?: SendOptions): Promise<MailReceipt>
  /** Sends several in one commit, in order: what became of each. */
  sendAll(mails: readonly NewMail[]): Promise<readonly MailReceipt[]>
  /**
   * Asks and waits for what the handler returns. Fails `deadline-passed`, where a question that nobody has looked at by then is dropped; `request-failed` where the
   * handler gave up, with what it failed of.
   */
  request(request: MailRequest): Promise<MailReply>
  /**
   * One message at a time, in the order in which they were sent, by one process: others stand by and take over when it ends. A message is handled until its handler
   * returns; again only after a failure or a crash, with a higher `attempt`. After `attempts` it is a dead letter, with the error, and the next one's turn. What the
   * handler sends goes out exactly when its message is settled.
   */
  serve<Body = unknown>(options: ServeOptions<Body>): ServedMailbox
  /** Everybody who follows the topic by now gets it once, in the order of the topic. */
  publish(notice: NewNotice): Promise<void>
  /** From now on, or from the topic's start, the mailbox gets what is published. */
  follow(topic: TopicName, address: MailAddress, from?: 'now' | 'start'): Promise<void>
  /** It does not any more. */
  leave(topic: TopicName, address: MailAddress): Promise<void>
  /** Dead letters, or those named, get their attempts anew, after all that was received before. By whoever serves the mailbox, or will. */
  redrive(address: MailAddress, ids?: readonly SignalId[]): Promise<void>
  /** Dead letters, or those named, are forgotten. */
  discard(address: MailAddress, ids?: readonly SignalId[]): Promise<void>
  /** What is in a mailbox. One that was never used is empty. */
  read(address: MailAddress): Promise<MailboxReport>
  /** All mailboxes that anybody sent to or served, by address. */
  list(): Promise<readonly ListedMailbox[]>
}
