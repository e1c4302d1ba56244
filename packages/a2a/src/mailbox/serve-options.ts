import type { Milliseconds, StandardSchemaV1 } from '@keepup/core'

import type { MailAddress } from './mail-address.ts'
import type { MailMessage, MailReply, MailRequest, NewMail, NewNotice } from './mail.ts'

/** What a handler can do while it has a message. */
export interface MailContext {
  /** Aborted once another process has or may have the mailbox, the deadline of a question passed, or `stop` waits no longer: begin nothing new. */
  readonly signal: AbortSignal
  /**
   * Sends a message from this mailbox once the handler is done, in the one commit that settles what it handled: both happen or neither. Without `labels` it
   * carries those of the message that is being handled.
   */
  send(mail: Omit<NewMail, 'from'>): void
  /** Publishes from this mailbox, in the same way. */
  publish(notice: Omit<NewNotice, 'from'>): void
  /**
   * Asks another agent, now, and waits. After a crash the handler gets the answer that it had, if it asks the same things in the same order. Fails
   * `deadline-passed`, and `request-failed` where the other gave up or where it waits, directly or through others, for this one.
   */
  request(request: Omit<MailRequest, 'from'>): Promise<MailReply>
}

/** What becomes of a message: what the handler returns is the answer where somebody asked. What it throws is a failed attempt. */
export type MailHandler<Body = unknown> = (message: MailMessage<Body>, context: MailContext) => unknown

/** How a mailbox is served. */
export interface ServeOptions<Body = unknown> {
  readonly address: MailAddress
  readonly handle: MailHandler<Body>
  /** What a body must be. A message with another is a dead letter at once. */
  readonly schema?: StandardSchemaV1<unknown, Body>
  /** How often a message is tried before it is a dead letter; 5 when left out. An attempt that ended with its process counts. */
  readonly attempts?: number
  /** How long to wait before the attempt after the given one, which failed; 100 ms doubled each time, at most a minute, when left out. The mailbox waits with it. */
  readonly backoff?: (attempt: number) => Milliseconds
  /** How many dead letters it may hold: with so many it handles nothing more until some are redriven or discarded; 1,000 when left out. */
  readonly mostDead?: number
  /** How many messages are taken in one commit while the handler is quick; 256 when left out. */
  readonly batch?: number
  /** How long it tries to send what the handler sent to mailboxes that are full, before the attempt has failed; 30,000 when left out. */
  readonly patience?: Milliseconds
  /** How often it looks whether the mailbox is free, while another process holds it; 500 when left out. */
  readonly standby?: Milliseconds
  /** Told of what went wrong outside of handlers, before it is tried again. */
  readonly onFault?: (error: unknown) => void
}

/** A mailbox that is being served, here or, while another process holds it, not yet. */
export interface ServedMailbox extends AsyncDisposable {
  readonly address: MailAddress
  /** Resolves once this process holds the mailbox, or will not any more. */
  readonly held: Promise<void>
  /** Lets the present message end, at most for `grace` (unbounded when left out), and gives the mailbox back. What waits is kept. */
  stop(grace?: Milliseconds): Promise<void>
  /** Handles all that waits, then stops. What waits for another attempt is waited for. */
  drain(): Promise<void>
}
