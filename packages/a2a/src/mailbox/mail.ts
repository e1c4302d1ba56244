import type { LabelTable, Milliseconds, SignalId, Timestamp } from '@keepup/core'

import type { MailAddress, TopicName } from './mail-address.ts'

/** A message to be sent. */
export interface NewMail {
  readonly to: MailAddress
  /** The agent whose words these are. Left out: those of a person or of the program itself, which are trusted. */
  readonly from?: MailAddress
  /** A value that the codec of `@keepup/checkpoint` can give back exactly. */
  readonly body: unknown
  /** At most 150 characters. The same id to the same mailbox is one message, for ever; a new id when left out. */
  readonly id?: SignalId
  /** Where parts of `body` came from; the pointers start in `body`. What an agent sends is never trusted, whatever this says. */
  readonly labels?: LabelTable
}

/** How long a sender waits. */
export interface SendOptions {
  /** How long to wait for room in a mailbox that is full; 0 when left out: the sender is told at once. */
  readonly wait?: Milliseconds
  /** Ends the wait. */
  readonly signal?: AbortSignal
}

/** What became of a message. `full`: the mailbox holds as many as it may, and this one was not sent. `duplicate`: it has been sent before. */
export type MailReceipt = 'accepted' | 'duplicate' | 'full'

/** A question to another agent. */
export interface MailRequest extends NewMail {
  /** How long the answer may take; the question is dropped unread after that. 30,000 when left out. */
  readonly deadline?: Milliseconds
  /** Gives up waiting. What was asked may be done all the same. */
  readonly signal?: AbortSignal
}

/** An answer. */
export interface MailReply {
  readonly body: unknown
  readonly from: MailAddress
  /** Where parts of `body` came from; never trusted. */
  readonly labels: LabelTable
}

/** A message to everybody who follows a topic. */
export interface NewNotice extends Omit<NewMail, 'to'> {
  readonly topic: TopicName
}

/** A message as its handler gets it. */
export interface MailMessage<Body = unknown> {
  readonly id: SignalId
  readonly to: MailAddress
  /** The agent that sent it; left out where a person or the program did. */
  readonly from?: MailAddress
  readonly body: Body
  /** Where parts of `body` came from: data from another agent, never instructions of a trusted one. */
  readonly labels: LabelTable
  readonly sent: Timestamp
  /** 1 the first time. A higher number: it may have been handled before, wholly or in part. */
  readonly attempt: number
  /** How often somebody took it out of the dead letters. */
  readonly redriven: number
  /** The topic it was published on, and its place there. */
  readonly topic?: { readonly name: TopicName; readonly sequence: number }
  /** Until when somebody waits for what the handler returns. */
  readonly deadline?: Timestamp
}
