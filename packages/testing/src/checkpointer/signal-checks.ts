import assert from 'node:assert/strict'

import { fails } from '../fails.ts'
import { capacity, check, type CheckpointerCheck, history, hold, message, note } from './scene.ts'

const ids = (signals: readonly { readonly id: string }[]): readonly string[] => signals.map(({ id }) => id)

/** `signal` and `pending`, and how signals are taken. */
export const signalChecks: readonly CheckpointerCheck[] = [
  check('signal: idempotent by id, also after it was taken', async (scene) => {
    const { checkpointer } = scene
    const one = message('thread', 'one')
    assert.deepEqual(await checkpointer.signal([one, one], 'process'), ['accepted', 'duplicate'])
    assert.deepEqual(await checkpointer.signal([one], 'power'), ['duplicate'])
    assert.equal((await checkpointer.pending('thread')).length, 1)
    const holder = await hold(scene, 'thread')
    await holder.commit([note('took it')], { takes: ['one'] })
    assert.deepEqual(await checkpointer.signal([one, message('thread', 'two')], 'process'), [
      'duplicate',
      'accepted',
    ])
    assert.deepEqual(ids(await checkpointer.pending('thread')), ['two'])
  }),

  check(
    'signal: ordered per thread and channel, positions growing in the order of arrival',
    async (scene) => {
      const { checkpointer } = scene
      await checkpointer.signal(
        [message('thread', 'm1'), message('thread', 's1', { channel: 'steers' })],
        'process',
      )
      await checkpointer.signal([message('other', 'x')], 'process')
      await checkpointer.signal(
        [message('thread', 'm2'), message('thread', 's2', { channel: 'steers' })],
        'process',
      )
      const waiting = await checkpointer.pending('thread')
      assert.deepEqual(ids(waiting), ['m1', 's1', 'm2', 's2'])
      for (const [index, { position }] of waiting.entries()) {
        assert.ok(index === 0 || position > (waiting[index - 1]?.position ?? 0))
      }
      const holder = await hold(scene, 'thread')
      await holder.commit([note('x')], { takes: ['m1', 's1', 'm2', 's2'] })
      await checkpointer.signal([message('thread', 'm3')], 'process')
      const last = waiting.at(-1)?.position ?? 0
      assert.ok(
        (await checkpointer.pending('thread')).every(({ position }) => position > last),
        'positions never return',
      )
    },
  ),

  check('signal: kept exactly until it is taken, then gone', async (scene) => {
    const { checkpointer } = scene
    const label = {
      integrity: 'free-text',
      sources: ['url:x'],
      readers: ['user'],
      confidential: true,
    } as const
    const full = message('thread', 'full', {
      channel: 'answers:approval-1',
      type: 'answer',
      by: 'tool:read',
      labels: { default: label, leaves: [['/a', { ...label, integrity: 'trusted' }]] },
      data: { a: new Date(5), b: 10n, c: new Uint8Array([0, 255]), d: undefined },
    })
    await checkpointer.signal([full], 'process')
    const [found] = await checkpointer.pending('thread')
    assert.deepStrictEqual({ ...found, position: 0 }, { ...full, position: 0 })
    const holder = await hold(scene, 'thread')
    await holder.commit([note('x', { cause: 'full' })], { takes: ['full'] })
    assert.deepEqual(await checkpointer.pending('thread'), [])
  }),

  check('signal: data that the codec cannot give back exactly fails `value-not-storable`', async (scene) => {
    const { checkpointer } = scene
    const batch = [message('thread', 'good'), message('thread', 'bad', { data: { run: () => 1 } })]
    await fails(checkpointer.signal(batch, 'process'), 'value-not-storable')
    assert.deepEqual(await checkpointer.pending('thread'), [])
  }),

  check('signal: may name a thread that does not exist yet', async (scene) => {
    const { checkpointer } = scene
    assert.deepEqual(await checkpointer.signal([message('later', 'early')], 'power'), ['accepted'])
    assert.equal((await checkpointer.read('later')).head, 0)
    const holder = await hold(scene, 'later')
    await holder.commit([note('took it')], { takes: ['early'] })
    assert.deepEqual(await history(checkpointer, 'later'), ['took it'])
    assert.deepEqual(await checkpointer.pending('later'), [])
  }),

  check('signal: a bounded channel refuses as `full`, and takes more once one was taken', async (scene) => {
    const { checkpointer } = scene
    for (const channel of ['messages', 'steers', 'mailbox']) {
      const batch = Array.from({ length: capacity + 2 }, (_, index) =>
        message(channel, `${channel}-${index}`, { channel }),
      )
      const accepted = Array.from({ length: capacity }, () => 'accepted')
      assert.deepEqual(await checkpointer.signal(batch, 'process'), [...accepted, 'full', 'full'])
      assert.deepEqual(
        await checkpointer.signal(batch.slice(-2), 'process'),
        ['full', 'full'],
        'full is not stored',
      )
      assert.deepEqual(await checkpointer.signal(batch.slice(0, 1), 'process'), ['duplicate'])
      const elsewhere = [message(`${channel}-other`, `${channel}-o`, { channel })]
      assert.deepEqual(await checkpointer.signal(elsewhere, 'process'), ['accepted'], 'bounded per thread')
      const holder = await hold(scene, channel)
      await holder.commit([note('x')], { takes: [`${channel}-0`] })
      assert.deepEqual(await checkpointer.signal(batch.slice(-2), 'process'), ['accepted', 'full'])
    }
  }),

  check('signal: `answers:*` and `control` are never `full`', async (scene) => {
    const { checkpointer } = scene
    for (const channel of ['answers:approval', 'control']) {
      const batch = Array.from({ length: capacity * 3 }, (_, index) =>
        message('thread', `${channel}-${index}`, { channel }),
      )
      const receipts = await checkpointer.signal(batch, 'process')
      assert.ok(receipts.every((receipt) => receipt === 'accepted'))
    }
    const waiting = Array.from({ length: capacity }, (_, index) => message('thread', `m-${index}`))
    assert.ok((await checkpointer.signal(waiting, 'process')).every((receipt) => receipt === 'accepted'))
  }),

  check('signal: concurrent ones are all accepted, each once', async (scene) => {
    const { checkpointer } = scene
    const sent = Array.from({ length: 40 }, (_, index) =>
      message('thread', `s-${index % 20}`, { channel: 'control' }),
    )
    const receipts = await Promise.all(
      sent.map((signal, index) => checkpointer.signal([signal], index % 2 === 0 ? 'power' : 'process')),
    )
    assert.equal(receipts.flat().filter((receipt) => receipt === 'accepted').length, 20)
    const waiting = await checkpointer.pending('thread')
    assert.equal(new Set(ids(waiting)).size, 20)
    assert.equal(new Set(waiting.map(({ position }) => position)).size, 20)
  }),

  check('takes: each must be the head of its channel once those before it are gone', async (scene) => {
    const { checkpointer } = scene
    const steer = { channel: 'steers' }
    await checkpointer.signal(
      [
        message('thread', 'm1'),
        message('thread', 'm2'),
        message('thread', 's1', steer),
        message('thread', 's2', steer),
      ],
      'process',
    )
    const holder = await hold(scene, 'thread', 'one')
    const attempt = (...takes: string[]) => holder.commit([note(takes.join())], { takes })
    await fails(attempt('m2'), 'checkpoint-conflict')
    await fails(attempt('m2', 'm1'), 'checkpoint-conflict')
    await fails(attempt('m1', 's2'), 'checkpoint-conflict')
    assert.equal((await checkpointer.pending('thread')).length, 4, 'nothing was taken')
    await attempt('s1')
    await attempt('m1', 's2', 'm2')
    assert.deepEqual(await checkpointer.pending('thread'), [])
    assert.deepEqual(await history(checkpointer, 'thread'), ['one', 's1', 'm1,s2,m2'])
  }),

  check('takes: a signal that is unknown, taken already or of another thread fails', async (scene) => {
    const { checkpointer } = scene
    await checkpointer.signal([message('thread', 'mine'), message('other', 'theirs')], 'process')
    const holder = await hold(scene, 'thread')
    await holder.commit([note('first')], { takes: ['mine'] })
    for (const taken of ['mine', 'theirs', 'nobody knows']) {
      await fails(holder.commit([note('x')], { takes: [taken] }), 'checkpoint-conflict', 'signal-unknown')
    }
    await checkpointer.signal([message('thread', 'once')], 'process')
    await fails(
      holder.commit([note('x')], { takes: ['once', 'once'] }),
      'checkpoint-conflict',
      'signal-unknown',
    )
    assert.deepEqual(ids(await checkpointer.pending('thread')), ['once'])
    assert.deepEqual(ids(await checkpointer.pending('other')), ['theirs'])
    assert.deepEqual(await history(checkpointer, 'thread'), ['first'])
  }),

  check('pending: nothing for a thread that nobody wrote to', async (scene) => {
    assert.deepEqual(await scene.checkpointer.pending('nobody'), [])
  }),
]
