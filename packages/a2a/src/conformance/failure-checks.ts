import assert from 'node:assert/strict'

import type { StandardSchemaV1 } from '@keepup/core'

import { capacity, check, failsWith, type MailboxCheck, recorder, served, until } from './check.ts'

const never = new Promise<void>(() => {})

/** What fails, what crashes, and what is done with it. */
export const failureChecks: readonly MailboxCheck[] = [
  check(
    'dead letters: after its attempts a message is one, with the error, and the next one’s turn',
    async (mail) => {
      const seen = recorder(({ body }) => {
        if (body === 'poison') throw new Error('it is bitter')
      })
      const box = served(mail, 'a', seen, { attempts: 3 })
      await mail.send({ to: 'a', id: 'p', from: 'b', body: 'poison' })
      await mail.send({ to: 'a', body: 'good' })
      await box.drain()
      assert.deepEqual(
        seen.messages.map(({ body, attempt }) => [body, attempt]),
        [
          ['poison', 1],
          ['poison', 2],
          ['poison', 3],
          ['good', 1],
        ],
      )
      const { dead, handled } = await mail.read('a')
      assert.deepEqual(
        dead.map(({ id, from, body, error, attempts }) => [id, from, body, error, attempts]),
        [['p', 'b', 'poison', 'it is bitter', 3]],
      )
      assert.equal(handled, 1)
    },
  ),

  check(
    'dead letters: redriven they get their attempts anew, after all that was received before',
    async (mail, store) => {
      let isBitter = true
      const seen = recorder(({ body }) => {
        if (body === 'poison' && isBitter) throw new Error('it is bitter')
      })
      await mail.send({ to: 'a', id: 'p', body: 'poison' })
      await served(mail, 'a', seen, { attempts: 2 }).drain()
      await mail.send({ to: 'a', body: 'good' })
      await store.another().redrive('a', ['p'])
      isBitter = false
      await served(mail, 'a', seen, { attempts: 2 }).drain()
      const { dead, handled } = await mail.read('a')
      assert.deepEqual([dead.length, handled], [0, 2])
      const again = seen.messages.filter(({ id }) => id === 'p').at(-1)
      assert.deepEqual([again?.attempt, again?.redriven], [3, 1])
    },
  ),

  check('dead letters: discarded they are gone', async (mail) => {
    const seen = recorder(() => {
      throw new Error('no')
    })
    for (const id of ['p', 'q']) await mail.send({ to: 'a', id, body: id })
    const box = served(mail, 'a', seen, { attempts: 1 })
    await until(async () => (await mail.read('a')).dead.length === 2, 'both are dead')
    await mail.discard('a', ['p'])
    await until(async () => (await mail.read('a')).dead.length === 1, 'one is discarded')
    assert.equal((await mail.read('a')).dead[0]?.id, 'q')
    await mail.discard('a')
    await until(async () => (await mail.read('a')).dead.length === 0, 'all are discarded')
    await box.stop()
    assert.equal(seen.messages.length, 2)
  }),

  check(
    'dead letters: with as many as it may hold a mailbox handles nothing more, and loses nothing',
    async (mail) => {
      const seen = recorder(() => {
        throw new Error('no')
      })
      for (const body of [1, 2, 3]) await mail.send({ to: 'a', body })
      await served(mail, 'a', seen, { attempts: 1, mostDead: 2 }).drain()
      const { dead, open, waiting } = await mail.read('a')
      assert.deepEqual([dead.length, open.length + waiting.length], [2, 1])
    },
  ),

  check('dead letters: a body that is not what the schema says is one at once', async (mail) => {
    const schema: StandardSchemaV1<unknown, number> = {
      '~standard': {
        version: 1,
        vendor: 'suite',
        validate: (value) =>
          typeof value === 'number'
            ? { value: value + 1 }
            : { issues: [{ message: 'not a number', path: ['n'] }] },
      },
    }
    const seen = recorder()
    const box = served(mail, 'a', seen, { schema })
    await mail.sendAll(['no', 1].map((body) => ({ to: 'a', body })))
    await box.drain()
    assert.deepEqual(seen.bodies(), [2])
    assert.match((await mail.read('a')).dead[0]?.error ?? '', /n: not a number/)
  }),

  check('standby: one process at a time; others take over when it ends', async (mail, store) => {
    const [first, second] = [recorder(), recorder()]
    const one = served(mail, 'a', first)
    await one.held
    const two = served(store.another(), 'a', second)
    await mail.send({ to: 'a', body: 1 })
    await first.got(1)
    await one.stop()
    await mail.send({ to: 'a', body: 2 })
    await second.got(1)
    await two.stop()
    assert.deepEqual([first.bodies(), second.bodies()], [[1], [2]])
  }),

  check(
    'crash: a message comes again only after a crash, with a higher attempt; what was settled does not',
    async (mail, store) => {
      const first = recorder(({ body }) => (body === 2 ? never : undefined))
      served(mail, 'a', first)
      await mail.sendAll([1, 2, 3].map((body) => ({ to: 'a', body })))
      await first.got(2)
      await until(async () => (await mail.read('a')).handled === 1, 'the first is settled')
      const second = recorder()
      await served(store.afterCrash(), 'a', second).drain()
      assert.deepEqual(second.bodies(), [2, 3])
      assert.ok((second.messages[0]?.attempt ?? 0) > 1)
      assert.deepEqual(first.bodies(), [1, 2])
    },
  ),

  check('crash: who was taken over is told, and settles nothing more', async (mail, store) => {
    let lost: AbortSignal | undefined
    const gate = Promise.withResolvers<void>()
    const first = recorder(async (_, context) => {
      lost = context.signal
      await gate.promise
      context.send({ to: 'b', body: 'from the dead' })
    })
    served(mail, 'a', first, { standby: 60_000 })
    await mail.send({ to: 'a', body: 1 })
    await first.got(1)
    const second = recorder((_, context) => context.send({ to: 'b', body: 'from the living' }))
    await served(store.afterCrash(), 'a', second).drain()
    gate.resolve()
    await until(() => lost?.aborted === true || first.messages.length > 1, 'the first learns of it')
    const heard = recorder()
    await served(store.another(), 'b', heard).drain()
    assert.deepEqual(heard.bodies(), ['from the living'])
  }),

  check(
    'crash: an attempt that ended with its process counts, so that a message that kills is a dead letter',
    async (mail, store) => {
      await mail.send({ to: 'a', id: 'killer', body: 'x' })
      const attempts: number[] = []
      for (let life = 0; life < 2; life += 1) {
        const seen = recorder(() => never)
        served(life === 0 ? mail : store.afterCrash(), 'a', seen, {
          attempts: 2,
          standby: life === 0 ? 60_000 : 20,
        })
        await seen.got(1)
        attempts.push(seen.messages[0]?.attempt ?? 0)
      }
      assert.deepEqual(attempts, [1, 2])
      const last = recorder()
      await served(store.afterCrash(), 'a', last, { attempts: 2 }).drain()
      assert.deepEqual(last.bodies(), [])
      const { dead } = await mail.read('a')
      assert.equal(dead[0]?.id, 'killer')
      assert.match(dead[0]?.error ?? '', /process/)
    },
  ),

  check('outbox: what a handler sends goes out exactly when its message is settled', async (mail) => {
    const heard = recorder()
    const box = served(mail, 'b', heard)
    const seen = recorder((message, context) => {
      context.send({ to: 'b', body: `attempt ${message.attempt}` })
      if (message.attempt < 3) throw new Error('not yet')
    })
    await mail.send({ to: 'a', body: 1 })
    await served(mail, 'a', seen).drain()
    await box.drain()
    assert.deepEqual(heard.bodies(), ['attempt 3'])
    assert.equal(heard.messages[0]?.from, 'a')
  }),

  check(
    'outbox: a mailbox that stays full fails the attempt, and nothing is settled before it went out',
    async (mail) => {
      for (let body = 0; body < capacity; body += 1) await mail.send({ to: 'b', body })
      const seen = recorder((_, context) => context.send({ to: 'b', body: 'more' }))
      await mail.send({ to: 'a', body: 1 })
      const box = served(mail, 'a', seen, { attempts: 100, patience: 1 })
      await seen.got(2)
      assert.equal((await mail.read('a')).handled, 0)
      const heard = recorder()
      const other = served(mail, 'b', heard)
      await box.drain()
      await other.drain()
      assert.deepEqual(heard.bodies().slice(capacity), ['more'])
    },
  ),

  check('addresses: one that is none is refused before anything is sent', async (mail) => {
    for (const to of ['', ' a', 'a b', 'a\n', '-a', 'x'.repeat(121), '../a?']) {
      await failsWith(mail.send({ to, body: 1 }), 'input-invalid')
    }
    await failsWith(mail.send({ to: 'a', from: 'no good', body: 1 }), 'input-invalid')
    await failsWith(mail.send({ to: 'a', id: 'x'.repeat(151), body: 1 }), 'input-invalid')
    await failsWith(mail.send({ to: 'a', body: () => 1 }), 'value-not-storable')
    assert.deepEqual((await mail.read('a')).waiting, [])
  }),
]
