import type { OpenThread } from '@keepup/checkpoint'
import type { Milliseconds, Timestamp } from '@keepup/core'

import type { MailParts } from './mail-parts.ts'
import type { MailboxState } from './mailbox-fold.ts'
import type { MailboxSource } from './mailbox-source.ts'
import type { ReplyDesk } from './reply-desk.ts'
import type { ServeSettings } from './serve-settings.ts'
import type { Settler } from './settle-mail.ts'

/** What a mailbox is told by those who serve it. */
export interface Orders {
  /** No message is begun any more. */
  readonly stop: AbortSignal
  /** The present message is not waited for any more. */
  readonly abandon: AbortSignal
  /** Stop once nothing waits. */
  isDraining: boolean
}

/** A mailbox while this process holds it. */
export interface Tenure {
  readonly parts: MailParts
  readonly settings: ServeSettings
  readonly thread: OpenThread<MailboxState>
  readonly source: MailboxSource
  readonly desk: ReplyDesk
  readonly settler: Settler
  readonly orders: Orders
  /** Messages that were received by this holder and not handed over yet: their first attempt is recorded already. */
  readonly fresh: Set<string>
  /** Messages that are done with, though it may not be written down yet. */
  readonly done: Set<string>
  /** Aborted once the mailbox is lost, or the present message is not waited for any more. */
  readonly ended: AbortSignal
  /** What is from before then is still to be pruned. */
  pruneBefore?: Timestamp
  /** How long the handler took for what was last taken at once, and for how many of them. */
  spent: Milliseconds
  handled: number
}
