import type { Mailboxes } from '../mailbox/mailboxes.ts'

/** Mailboxes on a new, empty store, for one check. */
export interface MailboxStore {
  readonly mailboxes: Mailboxes
  /** Mailboxes on the same store, as another process has them. */
  another(): Mailboxes
  /** Mailboxes on the same store for which whoever holds something there by now is dead: it is theirs to take over, within a second. */
  afterCrash(): Mailboxes
  /** Closes it and deletes what it stored. Whatever handlers still do by then counts no more. */
  dispose(): Promise<void>
}

/** What the suite needs of mailboxes. */
export interface MailboxesHarness {
  /** A new store whose mailboxes hold at most `capacity` messages that wait. */
  create(options: { readonly capacity: number }): Promise<MailboxStore>
}
