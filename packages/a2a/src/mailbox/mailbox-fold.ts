import type { Entry, Fold, LabelTable, Sequence, SignalId, Timestamp } from '@keepup/core'

import type { TopicName } from './mail-address.ts'
import {
  type AnsweredData,
  type AttemptedData,
  type FailedData,
  type FollowedData,
  mailboxEntryTypes,
  type ReceivedData,
  type RedrivenData,
  type SettledData,
} from './mailbox-entries.ts'

/** A message that was received and is not done with. */
export interface OpenMail extends ReceivedData {
  readonly labels?: LabelTable
  /** How often it was handed over, or may have been. */
  readonly attempts: number
  /** How many of them were before it was last redriven. */
  readonly forgiven: number
  readonly redriven: number
  /** How many attempts ended in an error; others ended with their process. */
  readonly failures: number
  /** Not before then. */
  readonly again?: Timestamp
}

/** A message that was given up. */
export interface DeadLetter extends OpenMail {
  readonly error: string
  readonly died: Timestamp
}

/** What a mailbox is. */
export interface MailboxState {
  /** In the order in which they are handled. */
  readonly open: readonly OpenMail[]
  /** In the order in which they died. */
  readonly dead: readonly DeadLetter[]
  /** What it follows, and up to where it has received. */
  readonly topics: Readonly<Record<TopicName, Sequence>>
  /** Answers to what the handlers of open messages asked. */
  readonly answers: readonly (AnsweredData & { readonly labels?: LabelTable })[]
  readonly received: number
  readonly handled: number
  readonly expired: number
}

/** The state of a mailbox from its entries. */
export const mailboxFold: Fold<MailboxState> = {
  id: 'mailbox',
  version: 1,
  initial: { open: [], dead: [], topics: {}, answers: [], received: 0, handled: 0, expired: 0 },
  understands: mailboxEntryTypes,
  apply: applyEntry,
}

function applyEntry(state: MailboxState, entry: Entry): MailboxState {
  // Each type has the data that `mailboxEntry` gave it; an erased entry has none.
  if (entry.data === undefined) return entry.type === 'mail/received' ? count(state) : state
  switch (entry.type) {
    case 'mail/received':
      return receive(state, entry.data as ReceivedData, entry.labels)
    case 'mail/settled':
      return settle(state, entry.data as SettledData, entry.time)
    case 'mail/attempted': {
      const { id, attempt } = entry.data as AttemptedData
      return change(state, id, ({ again: _, ...mail }) => ({ ...mail, attempts: attempt }))
    }
    case 'mail/failed': {
      const { id, again } = entry.data as FailedData
      return change(state, id, (mail) => ({ ...mail, again, failures: mail.failures + 1 }))
    }
    case 'mail/answered':
      return answer(state, entry.data as AnsweredData, entry.labels)
    case 'mail/followed':
      return follow(state, entry.data as FollowedData)
    case 'mail/redriven':
      return redrive(state, entry.data as RedrivenData)
    default:
      return state
  }
}

/** Of a message whose data was erased nothing is left to handle. */
function count(state: MailboxState): MailboxState {
  return { ...state, received: state.received + 1 }
}

function receive(state: MailboxState, data: ReceivedData, labels: LabelTable | undefined): MailboxState {
  const known = labels === undefined ? {} : { labels }
  const mail: OpenMail = { ...data, ...known, attempts: 1, forgiven: 0, redriven: 0, failures: 0 }
  const { topic } = data
  const topics = topic === undefined ? state.topics : { ...state.topics, [topic.name]: topic.sequence }
  return { ...state, open: [...state.open, mail], topics, received: state.received + 1 }
}

function settle(state: MailboxState, { messages }: SettledData, time: Timestamp): MailboxState {
  const outcomes = new Map(messages.map((message) => [message.id, message]))
  const open: OpenMail[] = []
  const dead: DeadLetter[] = []
  for (const mail of state.open) {
    const end = outcomes.get(mail.id)
    if (end === undefined) open.push(mail)
    else if (end.outcome === 'dead') dead.push({ ...mail, error: end.error ?? '', died: time })
  }
  const counted = (outcome: string): number => messages.filter((one) => one.outcome === outcome).length
  return {
    ...state,
    open,
    dead: dead.length === 0 ? state.dead : [...state.dead, ...dead],
    answers:
      state.answers.length === 0
        ? state.answers
        : state.answers.filter(({ message }) => !outcomes.has(message)),
    handled: state.handled + counted('handled'),
    expired: state.expired + counted('expired'),
  }
}

function change(state: MailboxState, id: SignalId, to: (mail: OpenMail) => OpenMail): MailboxState {
  return { ...state, open: state.open.map((mail) => (mail.id === id ? to(mail) : mail)) }
}

function answer(state: MailboxState, data: AnsweredData, labels: LabelTable | undefined): MailboxState {
  // One that came too late is in the log, and nobody asks for it any more.
  if (!state.open.some(({ id }) => id === data.message)) return state
  const known = labels === undefined ? data : { ...data, labels }
  return { ...state, answers: [...state.answers, known] }
}

function follow(state: MailboxState, { topic, after }: FollowedData): MailboxState {
  const { [topic]: before, ...others } = state.topics
  // Following again what is followed already must not lose what came since.
  return { ...state, topics: after === undefined ? others : { ...others, [topic]: before ?? after } }
}

function redrive(state: MailboxState, { ids, discard }: RedrivenData): MailboxState {
  const isMeant = (mail: DeadLetter): boolean => ids === undefined || ids.includes(mail.id)
  const dead = state.dead.filter((mail) => !isMeant(mail))
  if (discard) return { ...state, dead }
  const again = state.dead.filter(isMeant).map(({ error: _error, died: _died, again: _again, ...mail }) => ({
    ...mail,
    forgiven: mail.attempts,
    redriven: mail.redriven + 1,
  }))
  return { ...state, dead, open: [...state.open, ...again] }
}
