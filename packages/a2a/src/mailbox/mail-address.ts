import { KeepupError, type ThreadId } from '@keepup/core'

/**
 * Where an agent gets its messages: `writer`, `team/writer`, `team/writer@2`. 1 to 120 of `A-Z a-z 0-9 : . _ / @ + -`, the first a letter or digit.
 * Names an agent, not a process: whoever holds the mailbox at the moment answers.
 */
export type MailAddress = string

/** A named stream of messages that any number of mailboxes follow. Spelt like an address. */
export type TopicName = string

const form = /^[A-Za-z0-9][A-Za-z0-9:._/@+-]{0,119}$/
const prefix = 'mail:'

/** Whether a value is an address. */
export function isAddress(value: unknown): value is MailAddress {
  return typeof value === 'string' && form.test(value)
}

/** Gives an address back, or fails `input-invalid` where it is none. */
export function checkAddress(address: unknown, what: 'mailbox' | 'topic' = 'mailbox'): MailAddress {
  if (isAddress(address)) return address
  const shown = typeof address === 'string' ? JSON.stringify(address.slice(0, 140)) : typeof address
  const message = `A ${what} cannot be called ${shown}. Use 1 to 120 of A-Z a-z 0-9 : . _ / @ + -, the first a letter or digit.`
  throw new KeepupError('input-invalid', message, { details: { address } })
}

/** The thread of a mailbox. */
export function mailThread(address: MailAddress): ThreadId {
  return `${prefix}${checkAddress(address)}`
}

/** The address whose mailbox a thread is; `undefined` where it is another kind of thread. */
export function addressOfThread(thread: ThreadId): MailAddress | undefined {
  const address = thread.startsWith(prefix) ? thread.slice(prefix.length) : ''
  return form.test(address) ? address : undefined
}

/** The thread that holds a topic's messages. */
export function topicThread(topic: TopicName): ThreadId {
  return `topic:${checkAddress(topic, 'topic')}`
}
