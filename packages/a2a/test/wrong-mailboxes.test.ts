import { trustedLabel } from '@keepup/core'
import { expect, test } from 'vitest'

import { mailboxChecks, type MailboxesHarness } from '../src/conformance/index.ts'
import type { MailContext, Mailboxes, MailMessage } from '../src/index.ts'
import { inMemory } from './mailbox-stores.ts'

type Handle = (message: MailMessage, context: MailContext) => unknown

/** Mailboxes whose handlers are called in another way. */
function handling(mail: Mailboxes, change: (handle: Handle) => Handle): Mailboxes {
  return {
    ...mail,
    // What a handler takes is what its schema gives, in the right ones and in these.
    serve: (options) => mail.serve({ ...options, handle: change(options.handle as Handle) }),
  }
}

/** Ways to be wrong, and what sentence notices. */
const faults: Readonly<Record<string, readonly [sentence: RegExp, wrong: (mail: Mailboxes) => Mailboxes]>> = {
  'forgets which ids it had': [
    /^once/,
    (mail) => ({ ...mail, send: ({ id: _, ...rest }, options) => mail.send(rest, options) }),
  ],
  'lets messages overtake': [
    /^order: messages/,
    (mail) => ({
      ...mail,
      send: async (message, options) => {
        if (message.body === 3) setTimeout(() => void mail.send(message, options), 1)
        else return mail.send(message, options)
        return 'accepted'
      },
    }),
  ],
  'handles several at once': [
    /^order: messages/,
    (mail) =>
      handling(mail, (handle) => (message, context) => void Promise.resolve(handle(message, context))),
  ],
  'is never full, and loses': [
    /^full/,
    (mail) => ({
      ...mail,
      send: async (message, options) => {
        const receipt = await mail.send(message, options)
        return receipt === 'full' ? 'accepted' : receipt
      },
    }),
  ],
  'believes what labels say': [
    /^labels: words/,
    (mail) =>
      handling(
        mail,
        (handle) => (message, context) => handle({ ...message, labels: { default: trustedLabel } }, context),
      ),
  ],
  'says that each attempt is the first': [
    /^crash: a message/,
    (mail) => handling(mail, (handle) => (message, context) => handle({ ...message, attempt: 1 }, context)),
  ],
  'swallows what fails': [
    /^dead letters: after/,
    (mail) =>
      handling(mail, (handle) => async (message, context) => {
        try {
          return await handle(message, context)
        } catch {
          return undefined
        }
      }),
  ],
  'forgets what it should redrive': [
    /^dead letters: redriven/,
    (mail) => ({ ...mail, redrive: (address, ids) => mail.discard(address, ids) }),
  ],
  'sends before it has settled': [
    /^outbox: what/,
    (mail) =>
      handling(mail, (handle) => (message, context) => {
        const sendNow = (sent: Parameters<MailContext['send']>[0]): void =>
          void mail.send({ from: 'a', ...sent })
        return handle(message, { ...context, send: sendNow })
      }),
  ],
  'publishes twice': [
    /^topics: everybody/,
    (mail) => ({ ...mail, publish: ({ id: _, ...notice }) => mail.publish(notice) }),
  ],
  'tells news without saying whose': [
    /^topics: everybody/,
    (mail) => ({ ...mail, publish: ({ from: _, ...notice }) => mail.publish(notice) }),
  ],
  'answers for who gave up': [
    /^request: who asked/,
    (mail) => ({
      ...mail,
      request: (request) =>
        mail
          .request(request)
          .catch(() => ({ body: null, from: request.to, labels: { default: trustedLabel } })),
    }),
  ],
  'does not tell who holds a mailbox': [
    /^list/,
    (mail) => ({
      ...mail,
      list: async () => (await mail.list()).map(({ owner: _, ...listed }) => listed),
    }),
  ],
}

function wrongHarness(wrong: (mail: Mailboxes) => Mailboxes): MailboxesHarness {
  return {
    create: async (options) => {
      const store = await inMemory.create(options)
      return {
        mailboxes: wrong(store.mailboxes),
        another: () => wrong(store.another()),
        afterCrash: () => wrong(store.afterCrash()),
        dispose: () => store.dispose(),
      }
    },
  }
}

test.concurrent.each(Object.entries(faults))(
  'the suite notices mailboxes that do wrong: %s',
  async (_, [sentence, wrong]) => {
    const [check] = mailboxChecks.filter(({ name }) => sentence.test(name))
    const outcome = await check?.run(wrongHarness(wrong)).then(
      () => 'not noticed',
      () => 'noticed',
    )
    expect(outcome).toBe('noticed')
  },
)
