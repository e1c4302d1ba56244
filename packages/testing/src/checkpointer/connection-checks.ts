import assert from 'node:assert/strict'

import type { Transaction } from '@keepup/core'

import { collect, fails } from '../fails.ts'
import {
  appearance,
  check,
  type CheckpointerCheck,
  history,
  hold,
  message,
  note,
  required,
  rewound,
  stranger,
} from './scene.ts'

/** What lasts, what other processes see, and what joins a transaction. */
export const connectionChecks: readonly CheckpointerCheck[] = [
  check(
    'reopen: everything that was acknowledged is there',
    async (scene) => {
      const holder = await hold(scene, 'thread', 1, 2, 3)
      await holder.append(rewound(2))
      await holder.commit([note({ exact: [new Date(1), 5n, undefined] })], {}, { flush: 'power' })
      await scene.checkpointer.signal([message('thread', 'taken'), message('thread', 'waiting')], 'power')
      await holder.commit([note('took it')], { takes: ['taken'] })
      await scene.checkpointer.fork({ thread: 'thread', at: 3 }, 'fork')
      await hold(scene, 'fork', 'own')
      await scene.checkpointer.snapshot('thread', {
        fold: { id: 'told', version: 1 },
        at: 5,
        bytes: new Uint8Array([1]),
      })
      const before = await appearance(scene.checkpointer, 'thread', 'fork')
      const later = await scene.reopened()
      assert.deepEqual(await appearance(later.checkpointer, 'thread', 'fork'), before)
      assert.deepEqual(await later.checkpointer.signal([message('thread', 'taken')], 'process'), [
        'duplicate',
      ])
      assert.equal(
        (await later.checkpointer.read('thread', { fold: { id: 'told', version: 1 } })).snapshot?.at,
        5,
      )
      assert.equal((await collect(later.checkpointer.threads())).length, 2)
      assert.equal((await collect(later.checkpointer.history('thread'))).length, 6)
    },
    ['reopen'],
  ),

  check(
    'reopen: leases, tokens and ids of many writers last',
    async (scene) => {
      const holder = await hold(scene, 'thread', 1)
      const many = await hold(scene, 'many')
      await many.commit([note('one', { id: 'fact-1' })], { writers: 'many' })
      const { checkpointer, ttl } = await scene.reopened()
      await fails(checkpointer.lease('thread', stranger('other'), ttl), 'lease-held')
      const append = { thread: 'thread', after: 1, lease: holder.token, entries: [note(2)] }
      await checkpointer.commit({ appends: [append], flush: 'process' })
      const again = await checkpointer.lease('thread', stranger('holder'), ttl)
      assert.ok(again.token > holder.token)
      const known = { thread: 'many', after: 'head', entries: [note('one', { id: 'fact-1' })] } as const
      await checkpointer.commit({ appends: [known], flush: 'process' })
      assert.deepEqual(await history(checkpointer, 'many'), ['one'])
    },
    ['reopen'],
  ),

  check(
    'second connection: sees every commit and signal at once',
    async (scene) => {
      const { checkpointer } = await scene.second()
      const holder = await hold(scene, 'thread', 1)
      for (let index = 2; index < 10; index++) {
        await holder.append(index)
        assert.equal((await checkpointer.read('thread')).head, index)
        await scene.checkpointer.signal(
          [message('thread', `signal-${index}`, { channel: 'control' })],
          'process',
        )
        assert.equal((await checkpointer.pending('thread')).length, index - 1)
      }
      assert.deepEqual(
        await appearance(checkpointer, 'thread'),
        await appearance(scene.checkpointer, 'thread'),
      )
    },
    ['second'],
  ),

  check(
    'second connection: fenced by the same leases, and of two writers one wins each time',
    async (scene) => {
      const { checkpointer } = await scene.second()
      const holder = await hold(scene, 'thread', 'start')
      await fails(checkpointer.lease('thread', stranger('other'), scene.ttl), 'lease-held')
      for (let after = 1; after <= 15; after++) {
        const batch = (by: string) => ({
          appends: [{ thread: 'thread', after, lease: holder.token, entries: [note(by)] }],
          flush: 'process' as const,
        })
        const raced = await Promise.allSettled([
          scene.checkpointer.commit(batch('a')),
          checkpointer.commit(batch('b')),
        ])
        assert.equal(raced.filter(({ status }) => status === 'fulfilled').length, 1)
        const lost = raced.find((outcome) => outcome.status === 'rejected')
        await fails(Promise.reject(lost?.reason), 'checkpoint-conflict')
      }
      await holder.lease.release()
      const taken = await checkpointer.lease('thread', stranger('other'), scene.ttl)
      assert.ok(taken.token > holder.token)
      await fails(holder.append('stale'), 'lease-lost')
    },
    ['second'],
  ),

  check(
    'second connection: signals of both arrive once and in one order',
    async (scene) => {
      const { checkpointer } = await scene.second()
      const send = (by: string) => (index: number) => {
        const sender = by === 'a' ? scene.checkpointer : checkpointer
        return sender.signal(
          [
            message('thread', `${by}-${index}`, { channel: 'control' }),
            message('thread', `both-${index}`, { channel: 'control' }),
          ],
          'process',
        )
      }
      const turns = Array.from({ length: 15 }, (_, index) => index)
      await Promise.all([...turns.map(send('a')), ...turns.map(send('b'))])
      const waiting = await checkpointer.pending('thread')
      assert.equal(waiting.length, 45)
      assert.equal(new Set(waiting.map(({ id }) => id)).size, 45)
      const positions = waiting.map(({ position }) => position)
      assert.deepEqual(
        positions,
        positions.toSorted((a, b) => a - b),
      )
    },
    ['second'],
  ),

  check(
    'within: all or nothing with the transaction of its database',
    async (scene) => {
      const { checkpointer, store } = scene
      const transaction = required(store.transaction, 'transaction')
      const holder = await hold(scene, 'thread', 1)
      const batch = {
        appends: [{ thread: 'thread', after: 1, lease: holder.token, entries: [note(2)] }],
        flush: 'process' as const,
      }
      const broken = transaction(async (open: Transaction) => {
        const inside = checkpointer.within(open)
        await inside.commit(batch)
        await inside.signal([message('thread', 'inside')], 'process')
        assert.equal((await inside.read('thread')).head, 2, 'it sees its own changes')
        throw new RangeError('roll back')
      })
      await assert.rejects(broken, RangeError)
      assert.deepEqual(await history(checkpointer, 'thread'), [1])
      assert.deepEqual(await checkpointer.pending('thread'), [])
      await transaction(async (open: Transaction) => {
        await checkpointer.within(open).commit(batch)
        await checkpointer.within(open).signal([message('thread', 'inside')], 'process')
      })
      assert.deepEqual(await history(checkpointer, 'thread'), [1, 2])
      assert.equal((await checkpointer.pending('thread')).length, 1)
    },
    ['transaction'],
  ),

  check(
    'within: a transaction of another database is refused',
    async (scene) => {
      const other = await scene.another()
      const transaction = required(other.transaction, 'transaction')
      await transaction(async (open: Transaction) => {
        await fails(async () => scene.checkpointer.within(open).read('thread'))
      })
    },
    ['transaction'],
  ),

  check(
    'within: fails `not-supported` where there is no database',
    async (scene) => {
      // Any transaction will do: there is no database that it could belong to.
      await fails(async () => scene.checkpointer.within({} as Transaction).read('thread'), 'not-supported')
    },
    [],
    'transaction',
  ),
]
