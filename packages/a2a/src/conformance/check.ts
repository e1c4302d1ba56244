import assert from 'node:assert/strict'

import { type ErrorCode, KeepupError } from '@keepup/core'

import type { MailMessage } from '../mailbox/mail.ts'
import type { Mailboxes } from '../mailbox/mailboxes.ts'
import type { MailContext, ServeOptions } from '../mailbox/serve-options.ts'
import type { MailboxesHarness, MailboxStore } from './harness.ts'

/** How many messages wait in a mailbox at most, in the suite. */
export const capacity = 8

/** One sentence of the contract and the code that tries to break it. */
export interface MailboxCheck {
  /** The sentence, in the contract's words. */
  readonly name: string
  /** Opens what it needs, tries, and closes. Rejects where the promise does not hold. */
  readonly run: (harness: MailboxesHarness) => Promise<void>
}

/** A check that opens a store, tries, and closes everything. */
export function check(
  name: string,
  body: (mail: Mailboxes, store: MailboxStore) => Promise<void>,
): MailboxCheck {
  return {
    name,
    run: async (harness) => {
      const store = await harness.create({ capacity })
      try {
        await soon(body(store.mailboxes, store), `the check "${name}"`, 15_000)
      } finally {
        await store.dispose()
      }
    },
  }
}

/** A handler that notes what it gets. */
export interface Recorder {
  readonly messages: MailMessage[]
  /** The bodies, in the order in which they came. */
  bodies(): readonly unknown[]
  /** Resolves once it got so many. */
  got(count: number): Promise<void>
  readonly handle: (message: MailMessage, context: MailContext) => Promise<unknown>
}

/** Notes each message, then does what `then` does. */
export function recorder(
  then: (message: MailMessage, context: MailContext) => unknown = () => undefined,
): Recorder {
  const messages: MailMessage[] = []
  let wake: (() => void)[] = []
  return {
    messages,
    bodies: () => messages.map(({ body }) => body),
    got: (count) => {
      const wait = async (): Promise<void> => {
        while (messages.length < count) await new Promise<void>((resolve) => wake.push(resolve))
      }
      return soon(wait(), `message ${count}`)
    },
    handle: async (message, context) => {
      messages.push(message)
      const woken = wake
      wake = []
      for (const each of woken) each()
      return then(message, context)
    },
  }
}

/** Serves an address with a recorder, quick to try again. */
export function served(
  mail: Mailboxes,
  address: string,
  seen: Pick<Recorder, 'handle'>,
  options: Partial<ServeOptions> = {},
): ReturnType<Mailboxes['serve']> {
  return mail.serve({ backoff: () => 1, standby: 20, ...options, address, handle: seen.handle })
}

/** Waits until something holds, by asking. */
export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const wait = async (): Promise<void> => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await soon(wait(), what)
}

/** The promise, or a failure where it takes longer: a promise that is not kept must not stop the suite. */
async function soon<T>(promise: Promise<T>, what: string, limit: number = 5_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Nothing happened for ${limit} ms: ${what}`)), limit)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Asserts that something fails with a code, and gives the error. */
export async function failsWith(attempt: Promise<unknown>, code: ErrorCode): Promise<KeepupError> {
  const error = await attempt.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  assert.ok(KeepupError.is(error, code), `Expected \`${code}\`, got ${String(error)}`)
  return error
}
