/** A mailbox in a list. */
export interface ToldMailbox {
  readonly address: string
  readonly waiting: number
  readonly open: number
  readonly dead: number
  readonly handled: number
  /** The process that serves it; left out where none does. */
  readonly owner?: { readonly host: string; readonly process: number } | undefined
}

/** A message that is on its way. */
export interface ToldMail {
  readonly id: string
  readonly from?: string | undefined
  readonly body?: unknown
  readonly attempts?: number | undefined
}

/** A message that was given up. */
export interface ToldDeadLetter extends ToldMail {
  readonly error: string
  readonly died: number
}

/** What is in a mailbox. */
export interface ToldMailboxReport {
  readonly address: string
  readonly waiting: readonly ToldMail[]
  readonly open: readonly ToldMail[]
  readonly dead: readonly ToldDeadLetter[]
  readonly topics: readonly string[]
  readonly received: number
  readonly handled: number
  readonly expired: number
}

/** Mailboxes, as far as a person looks into them: `Mailboxes` of `@keepup/a2a` is one. */
export interface MailDesk {
  list(): Promise<readonly ToldMailbox[]>
  /** What is in a mailbox. One that was never used is empty. */
  read(address: string): Promise<ToldMailboxReport>
  /** Dead letters get their attempts anew. */
  redrive(address: string, ids?: readonly string[]): Promise<void>
  /** Dead letters are forgotten. */
  discard(address: string, ids?: readonly string[]): Promise<void>
}
