import assert from 'node:assert/strict'

import type { NewJob } from '../run-queue.ts'
import { ada, check, claim, claimOne, failsWith, type QueueCheck, threads, worker } from './check.ts'

function job(thread: string, rest: Partial<NewJob> = {}): NewJob {
  return { thread, reason: 'submitted', ...rest }
}

/** What is put in line, and in which order it is given. */
export const lineChecks: readonly QueueCheck[] = [
  check('a thread that is put in line can be claimed, once', async (queue) => {
    assert.deepEqual(await queue.enqueue([job('a', { reason: 'answered', tenant: 't', priority: 2 })]), [
      'queued',
    ])
    const [given, ...others] = await claim(queue)
    assert.deepEqual(others, [])
    assert.ok(given !== undefined)
    const { id: _, ...facts } = given
    assert.deepEqual(facts, { thread: 'a', reason: 'answered', tenant: 't', priority: 2, attempt: 1 })
    assert.deepEqual(await claim(queue), [])
  }),
  check('a thread waits at most once', async (queue) => {
    assert.deepEqual(await queue.enqueue([job('a'), job('a'), job('b')]), ['queued', 'known', 'queued'])
    assert.deepEqual(await queue.enqueue([job('a')]), ['known'])
    assert.deepEqual(threads(await claim(queue)).toSorted(), ['a', 'b'])
  }),
  check('jobs that are put in line at once by many are one for each thread', async (queue, { another }) => {
    const other = await another()
    const all = [queue, other].flatMap((one) =>
      Array.from({ length: 10 }, () => one.enqueue([job('a'), job('b')])),
    )
    const told = (await Promise.all(all)).flat()
    assert.equal(told.filter((one) => one === 'queued').length, 2)
    assert.deepEqual([...threads(await claim(queue))].toSorted(), ['a', 'b'])
    await other[Symbol.asyncDispose]()
  }),
  check(
    'one that waits already is brought forward where the new job is due earlier',
    async (queue, { pass }) => {
      await queue.enqueue([job('a', { after: Date.now() + 3_600_000 })])
      assert.deepEqual(await claim(queue), [])
      assert.deepEqual(await queue.enqueue([job('a')]), ['known'])
      await pass(0)
      assert.deepEqual(threads(await claim(queue)), ['a'])
    },
  ),
  check(
    'a thread that is claimed may be put in line again; its job waits for the end of the claim',
    async (queue) => {
      await queue.enqueue([job('a')])
      const first = await claimOne(queue)
      assert.deepEqual(await queue.enqueue([job('a', { reason: 'answered' })]), ['queued'])
      assert.deepEqual(await claim(queue), [])
      assert.equal(await queue.settle(first, ada, { type: 'done' }), 'settled')
      const [next] = await claim(queue)
      assert.equal(next?.reason, 'answered')
    },
  ),
  check(
    'those of the highest priority are given first, then those that were put in line first',
    async (queue) => {
      const jobs = [job('low', { priority: -5 }), job('first'), job('second'), job('high', { priority: 5 })]
      for (const one of jobs) await queue.enqueue([one])
      const given = [
        await claimOne(queue),
        await claimOne(queue),
        await claimOne(queue),
        await claimOne(queue),
      ]
      assert.deepEqual(threads(given), ['high', 'first', 'second', 'low'])
    },
  ),
  check('no more are given than were asked for', async (queue) => {
    await queue.enqueue([job('a'), job('b'), job('c')])
    assert.equal((await claim(queue, { limit: 2 })).length, 2)
    assert.equal((await claim(queue, { limit: 2 })).length, 1)
  }),
  check(
    'a job that is wanted only if it is missing changes none that waits, and waits behind none that is claimed',
    async (queue) => {
      await queue.enqueue([job('newer')])
      await queue.settle(await claimOne(queue), ada, { type: 'newer' })
      await queue.enqueue([job('later', { after: Date.now() + 60_000 }), job('claimed')])
      const held = await claimOne(queue)
      const wanted = ['newer', 'later', 'claimed', 'missing'].map((name) =>
        job(name, { onlyIfMissing: true }),
      )
      assert.deepEqual(await queue.enqueue(wanted), ['known', 'known', 'known', 'queued'])
      assert.deepEqual(threads(await claim(queue)), ['missing'])
      assert.equal(await queue.settle(held, ada, { type: 'done' }), 'settled')
      assert.deepEqual(await claim(queue), [])
    },
  ),
  check('a job is not claimed before it is due', async (queue, { pass }) => {
    await queue.enqueue([job('a', { after: Date.now() + 60_000 })])
    assert.deepEqual(await claim(queue), [])
    assert.equal((await queue.status()).deferred, 1)
    await pass(61_000)
    assert.deepEqual(threads(await claim(queue)), ['a'])
  }),
  check('claims of many at once give each job to one of them', async (queue, { another }) => {
    const other = await another()
    const names = Array.from({ length: 20 }, (_, index) => `t${index}`)
    await queue.enqueue(names.map((name) => job(name)))
    const asked = [queue, other].flatMap((one, index) =>
      Array.from({ length: 5 }, (_, call) => claim(one, { worker: worker(`w${index}-${call}`), limit: 3 })),
    )
    const given = threads((await Promise.all(asked)).flat())
    assert.equal(new Set(given).size, given.length)
    const rest = threads(await claim(queue))
    assert.deepEqual([...given, ...rest].toSorted(), [...names].toSorted())
    await other[Symbol.asyncDispose]()
  }),
  check('a tenant or a priority that breaks its rules puts nothing in line', async (queue) => {
    const bad = [
      { tenant: '' },
      { tenant: "x'; DROP" },
      { tenant: 'x'.repeat(65) },
      { priority: 1.5 },
      { priority: 101 },
    ]
    for (const rest of bad) await failsWith(queue.enqueue([job('good'), job('bad', rest)]), 'input-invalid')
    assert.deepEqual(await claim(queue), [])
  }),
  check('names of threads are taken as they are', async (queue) => {
    const names = ["it's; DROP TABLE job", 'ünï/😀', '$1', '%', 'a'.repeat(200)]
    await queue.enqueue(names.map((name) => job(name)))
    assert.deepEqual(threads(await claim(queue)).toSorted(), names.toSorted())
  }),
  check('nothing is given while the queue is paused, in any process', async (queue, { another }) => {
    const other = await another()
    await queue.enqueue([job('a')])
    await queue.pause(true)
    assert.deepEqual(await claim(other), [])
    assert.equal((await other.status()).paused, true)
    await other.pause(false)
    assert.deepEqual(threads(await claim(queue)), ['a'])
    await other[Symbol.asyncDispose]()
  }),
  check('putting in line joins a transaction: all or nothing with it', async (queue, { transaction }) => {
    if (transaction === undefined) return
    const broken = transaction(async (open) => {
      await queue.enqueue([job('a')], open)
      throw new Error('broken')
    })
    await assert.rejects(broken, /broken/)
    assert.deepEqual(await claim(queue), [])
    await transaction(async (open) => {
      await queue.enqueue([job('b')], open)
    })
    assert.deepEqual(threads(await claim(queue)), ['b'])
  }),
  check('listeners are called when jobs come', async (queue) => {
    let called = 0
    const stop = queue.listen(() => (called += 1))
    await queue.enqueue([job('a')])
    assert.ok(called > 0)
    stop()
  }),
]
