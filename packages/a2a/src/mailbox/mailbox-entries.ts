import type { LabelTable, NewEntry, Sequence, SignalId, Timestamp } from '@keepup/core'

import type { MailAddress, TopicName } from './mail-address.ts'

/** What a signal of a message carries, and what is kept of it once it was received. */
export interface MailContent {
  readonly body: unknown
  /** Who waits for an answer, and until when. */
  readonly reply?: { readonly to: MailAddress; readonly until: Timestamp }
  /** Who waits for whom already, the first asker first: a question that closes the circle is refused. */
  readonly chain?: readonly MailAddress[]
}

/** What a signal of an answer carries. */
export type ReplyContent =
  | { readonly body: unknown }
  | { readonly failure: { readonly code: string; readonly message: string } }

/** A message that the mailbox took: from now on the thread holds it. */
export interface ReceivedData extends MailContent {
  readonly id: SignalId
  readonly from?: MailAddress
  readonly sent: Timestamp
  readonly topic?: { readonly name: TopicName; readonly sequence: Sequence }
}

/** How a message ended. */
export type MailOutcome = 'handled' | 'dead' | 'expired'

/** Messages that are done with. */
export interface SettledData {
  readonly messages: readonly {
    readonly id: SignalId
    readonly outcome: MailOutcome
    readonly attempts: number
    /** Of a dead letter: why. */
    readonly error?: string
    /** What was sent for it, in the same commit. */
    readonly sent?: readonly { readonly id: SignalId; readonly to: string }[]
  }[]
}

/** A second or later attempt, recorded before the handler gets the message. */
export interface AttemptedData {
  readonly id: SignalId
  readonly attempt: number
}

/** An attempt that failed and will be repeated. */
export interface FailedData extends AttemptedData {
  readonly error: string
  /** Not before then. */
  readonly again: Timestamp
}

/** An answer to a question that the handler of a message asked: kept until that message is settled, so that a later attempt does not ask anew. */
export interface AnsweredData {
  /** The question's. */
  readonly id: SignalId
  /** The message whose handler asked. */
  readonly message: SignalId
  readonly from: MailAddress
  readonly content: ReplyContent
}

/** A change of what the mailbox follows: messages of the topic after `after`; `undefined` ends it. */
export interface FollowedData {
  readonly topic: TopicName
  readonly after?: Sequence
}

/** Dead letters that are to be handled again, or forgotten; all that there are when `ids` is left out. */
export interface RedrivenData {
  readonly ids?: readonly SignalId[]
  readonly discard: boolean
}

/** A signal that the mailbox could make nothing of. */
export interface DeclinedData {
  readonly id: SignalId
  readonly reason: string
}

/** That whoever serves the mailbox replaces what is from before then by what it came to. */
export interface PruningData {
  readonly before: Timestamp
}

/** That somebody serves the mailbox for the first time: a thread without entries is listed nowhere. */
export interface OpenedData {
  readonly address: MailAddress
}

/** What is stored of each kind of entry of a mailbox, by its type. */
export interface MailboxEntryData {
  readonly 'mail/received': ReceivedData
  readonly 'mail/settled': SettledData
  readonly 'mail/attempted': AttemptedData
  readonly 'mail/failed': FailedData
  readonly 'mail/answered': AnsweredData
  readonly 'mail/followed': FollowedData
  readonly 'mail/redriven': RedrivenData
  readonly 'mail/declined': DeclinedData
  readonly 'mail/opened': OpenedData
  readonly 'mail/pruning': PruningData
}

/** The entry types of a mailbox. */
export const mailboxEntryTypes: ReadonlySet<string> = new Set([
  'mail/received',
  'mail/settled',
  'mail/attempted',
  'mail/failed',
  'mail/answered',
  'mail/followed',
  'mail/redriven',
  'mail/declined',
  'mail/opened',
  'mail/pruning',
] satisfies (keyof MailboxEntryData)[])

/** An entry of a mailbox. */
export function mailboxEntry<Type extends keyof MailboxEntryData>(
  type: Type,
  time: Timestamp,
  data: MailboxEntryData[Type],
  more: { readonly labels?: LabelTable; readonly cause?: SignalId; readonly until?: Timestamp } = {},
): NewEntry<Type, MailboxEntryData[Type]> {
  // What is pruned changes nothing that a reader of an earlier version would get wrong.
  return { type, version: 1, critical: type !== 'mail/pruning', time, by: 'runtime', ...more, data }
}
