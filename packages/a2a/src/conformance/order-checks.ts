import assert from 'node:assert/strict'

import { capacity, check, type MailboxCheck, recorder, served, until } from './check.ts'

const numbers = Array.from({ length: 20 }, (_, index) => index)

/** What is sent arrives, once, in order. */
export const orderChecks: readonly MailboxCheck[] = [
  check('order: messages arrive one at a time, in the order in which they were sent', async (mail) => {
    let present = 0
    let most = 0
    const seen = recorder(async () => {
      most = Math.max(most, ++present)
      await new Promise((resolve) => setImmediate(resolve))
      present -= 1
    })
    const box = served(mail, 'a', seen)
    for (const body of numbers) await mail.send({ to: 'a', from: 'b', body }, { wait: 5_000 })
    await box.drain()
    assert.deepEqual(seen.bodies(), numbers)
    assert.equal(most, 1)
  }),

  check('order: of many senders, each one’s messages arrive in its order, none lost', async (mail, store) => {
    const seen = recorder()
    const box = served(mail, 'a', seen)
    const other = store.another()
    const senders = [0, 1, 2, 3].map(async (sender) => {
      const by = sender % 2 === 0 ? mail : other
      for (const body of numbers) await by.send({ to: 'a', from: `s${sender}`, body }, { wait: 5_000 })
    })
    await Promise.all(senders)
    await box.drain()
    for (const sender of [0, 1, 2, 3]) {
      const own = seen.messages.filter(({ from }) => from === `s${sender}`)
      assert.deepEqual(
        own.map(({ body }) => body),
        numbers,
      )
    }
  }),

  check('order: what is sent to nobody waits for somebody', async (mail, store) => {
    assert.equal(await mail.send({ to: 'a', body: 'early' }), 'accepted')
    const { waiting } = await store.another().read('a')
    assert.equal(waiting.length, 1)
    const seen = recorder()
    await served(store.another(), 'a', seen).drain()
    assert.deepEqual(seen.bodies(), ['early'])
  }),

  check('once: a message is sent once, however often its id is', async (mail, store) => {
    const seen = recorder()
    const box = served(mail, 'a', seen)
    assert.equal(await mail.send({ to: 'a', id: 'one', body: 1 }), 'accepted')
    await seen.got(1)
    assert.equal(await store.another().send({ to: 'a', id: 'one', body: 1 }), 'duplicate')
    assert.equal(
      await mail.send({ to: 'b', id: 'one', body: 1 }),
      'accepted',
      'an id is known in its mailbox only',
    )
    await mail.send({ to: 'a', id: 'two', body: 2 })
    await box.drain()
    assert.deepEqual(seen.bodies(), [1, 2])
    assert.ok(seen.messages.every(({ attempt }) => attempt === 1))
  }),

  check('full: a mailbox that is full says so, and loses nothing', async (mail) => {
    for (let body = 0; body < capacity; body += 1) {
      assert.equal(await mail.send({ to: 'a', body }), 'accepted')
    }
    assert.equal(await mail.send({ to: 'a', body: 'too much' }), 'full')
    assert.deepEqual(
      await mail.sendAll([
        { to: 'a', body: 'too much' },
        { to: 'b', body: 'fits' },
      ]),
      ['full', 'accepted'],
    )
    const seen = recorder()
    await served(mail, 'a', seen).drain()
    assert.deepEqual(seen.bodies(), numbers.slice(0, capacity))
  }),

  check('full: who waits is let in once there is room', async (mail) => {
    for (let body = 0; body < capacity; body += 1) await mail.send({ to: 'a', body })
    assert.equal(await mail.send({ to: 'a', body: 'no' }, { wait: 20 }), 'full')
    const waiting = mail.send({ to: 'a', body: 'late' }, { wait: 5_000 })
    const seen = recorder()
    const box = served(mail, 'a', seen)
    assert.equal(await waiting, 'accepted')
    await box.drain()
    assert.equal(seen.bodies().at(-1), 'late')
  }),

  check('stop: the present message ends, the others stay', async (mail) => {
    const gate = Promise.withResolvers<void>()
    const seen = recorder(() => gate.promise)
    const box = served(mail, 'a', seen)
    for (const body of [1, 2, 3]) await mail.send({ to: 'a', body })
    await seen.got(1)
    const stopped = box.stop()
    gate.resolve()
    await stopped
    assert.deepEqual(seen.bodies(), [1])
    const { handled, open, waiting } = await mail.read('a')
    assert.deepEqual([handled, open.length + waiting.length], [1, 2])
    const rest = recorder()
    await served(mail, 'a', rest).drain()
    assert.deepEqual(rest.bodies(), [2, 3])
  }),

  check(
    'list: mailboxes that were sent to or served are listed, with what is in them and who holds them',
    async (mail) => {
      await mail.send({ to: 'b', body: 1 })
      const box = served(mail, 'a', recorder())
      await box.held
      await until(async () => (await mail.list()).length === 2, 'both are listed')
      const [a, b] = await mail.list()
      assert.deepEqual([a?.address, a?.waiting, a?.owner?.process], ['a', 0, process.pid])
      assert.deepEqual([b?.address, b?.waiting, b?.owner], ['b', 1, undefined])
      assert.deepEqual((await mail.read('nobody')).waiting, [])
    },
  ),
]
