import assert from 'node:assert/strict'

import type { NewJob } from '../run-queue.ts'
import { ada, attempts, check, claim, claimOne, type QueueCheck, threads, worker } from './check.ts'

function job(thread: string, rest: Partial<NewJob> = {}): NewJob {
  return { thread, reason: 'submitted', ...rest }
}

/** How claims are held, lost and ended. */
export const claimChecks: readonly QueueCheck[] = [
  check('a claim that is extended is held', async (queue, { pass, patience }) => {
    await queue.enqueue([job('a')])
    const held = await claimOne(queue)
    for (let round = 0; round < 3; round += 1) {
      await pass(patience * 0.7)
      assert.deepEqual(await queue.extend(ada, [held]), [])
    }
    assert.deepEqual(await claim(queue, { worker: worker('bob') }), [])
    assert.equal(await queue.settle(held, ada, { type: 'done' }), 'settled')
  }),
  check(
    'a claim that is not extended in time is lost, and its job is given to another',
    async (queue, { pass, patience }) => {
      await queue.enqueue([job('a')])
      const lost = await claimOne(queue)
      await pass(patience + 1_000)
      const bob = worker('bob')
      const again = await claimOne(queue, bob)
      assert.equal(again.attempt, 2)
      assert.deepEqual(await queue.extend(ada, [lost]), [lost.id])
      assert.equal(await queue.settle(lost, ada, { type: 'done' }), 'lost')
      assert.deepEqual(await queue.extend(bob, [again]), [])
      assert.equal(await queue.settle(again, bob, { type: 'done' }), 'settled')
      assert.deepEqual(await claim(queue), [])
    },
  ),
  check('the claim of a process that is provably dead is lost at once', async (queue, { dead }) => {
    await queue.enqueue([job('a')])
    await claimOne(queue)
    const bob = worker('bob')
    assert.deepEqual(await claim(queue, { worker: bob }), [])
    dead.add(ada.id)
    assert.equal((await claimOne(queue, bob)).attempt, 2)
  }),
  check('a claim can be settled once', async (queue) => {
    await queue.enqueue([job('a')])
    const held = await claimOne(queue)
    assert.equal(await queue.settle(held, ada, { type: 'done' }), 'settled')
    assert.equal(await queue.settle(held, ada, { type: 'again', after: 0 }), 'lost')
    assert.deepEqual(await claim(queue), [])
  }),
  check('a claim of another worker cannot be settled', async (queue) => {
    await queue.enqueue([job('a')])
    const held = await claimOne(queue)
    assert.equal(await queue.settle(held, worker('bob'), { type: 'done' }), 'lost')
    assert.equal(await queue.settle(held, ada, { type: 'done' }), 'settled')
  }),
  check('again: the same job waits for that long, which counts as no attempt', async (queue, { pass }) => {
    await queue.enqueue([job('a', { tenant: 't', priority: 3, reason: 'due' })])
    for (let round = 0; round < attempts + 1; round += 1) {
      const { id: _, ...held } = { ...(await settleFirst(queue, { type: 'again', after: 5_000 })) }
      assert.deepEqual(held, { thread: 'a', tenant: 't', priority: 3, reason: 'due', attempt: 1 })
      assert.deepEqual(await claim(queue), [])
      await pass(6_000)
    }
    assert.deepEqual(threads(await claim(queue)), ['a'])
  }),
  check(
    'failed: it waits, longer each time, and is dead once there were too many attempts',
    async (queue, { pass }) => {
      await queue.enqueue([job('a', { tenant: 't' })])
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        const { attempt: told } = await settleFirst(queue, { type: 'failed', reason: `reason ${attempt}` })
        assert.equal(told, attempt)
        assert.deepEqual(await claim(queue), [])
        await pass(120_000)
      }
      assert.deepEqual(await claim(queue), [])
      const [dead, ...others] = await queue.dead()
      assert.deepEqual(others, [])
      assert.ok(dead !== undefined)
      const { died, ...facts } = dead
      assert.deepEqual(facts, { thread: 'a', tenant: 't', reason: `reason ${attempts}`, attempts })
      assert.ok(died > 0)
      assert.equal((await queue.status()).dead, 1)
    },
  ),
  check('a job whose claims are lost again and again is dead as well', async (queue, { pass, patience }) => {
    await queue.enqueue([job('a')])
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      assert.equal((await claimOne(queue)).attempt, attempt)
      await pass(patience + 1_000)
    }
    assert.deepEqual(await claim(queue), [])
    assert.deepEqual(threads(await queue.dead()), ['a'])
  }),
  check('redrive puts dead jobs in line again, with all their attempts', async (queue, { pass }) => {
    await queue.enqueue([job('a', { tenant: 't', priority: 4 }), job('b')])
    await kill(queue, pass)
    assert.deepEqual([...threads(await queue.dead())].toSorted(), ['a', 'b'])
    assert.deepEqual(await queue.redrive(['a', 'unknown']), ['a'])
    const again = await claimOne(queue)
    assert.deepEqual([again.thread, again.tenant, again.priority, again.attempt], ['a', 't', 4, 1])
    assert.deepEqual(await queue.redrive(), ['b'])
    assert.deepEqual(await queue.dead(), [])
    assert.deepEqual(threads(await claim(queue)), ['b'])
  }),
  check('discard forgets dead jobs', async (queue, { pass }) => {
    await queue.enqueue([job('a'), job('b')])
    await kill(queue, pass)
    assert.deepEqual(await queue.discard(['a', 'unknown']), ['a'])
    assert.deepEqual(threads(await queue.dead()), ['b'])
    assert.deepEqual(await claim(queue), [])
  }),
  check(
    'a thread whose job is dead can be put in line again, and is forgotten as dead once that is done',
    async (queue, { pass }) => {
      await queue.enqueue([job('a')])
      await kill(queue, pass)
      assert.deepEqual(await queue.enqueue([job('a')]), ['queued'])
      assert.equal((await settleFirst(queue, { type: 'done' })).attempt, 1)
      assert.deepEqual(await queue.dead(), [])
    },
  ),
  check('newer: it waits for a worker of a higher version', async (queue) => {
    await queue.enqueue([job('a')])
    await settleFirst(queue, { type: 'newer' })
    assert.deepEqual(await claim(queue), [])
    assert.deepEqual(await claim(queue, { worker: worker('bob', 1) }), [])
    assert.deepEqual(threads(await claim(queue, { worker: worker('new', 2) })), ['a'])
  }),
  check('a tenant never has more claims than its limits allow', async (queue) => {
    const names = ['a', 'b', 'c', 'd']
    await queue.enqueue(
      names.flatMap((name) => [job(`x${name}`, { tenant: 'x' }), job(`y${name}`, { tenant: 'y' })]),
    )
    const tenants = { otherwise: { concurrency: 1 }, named: { y: { concurrency: 3 } } }
    const asked = await Promise.all(
      names.map((name) => claim(queue, { worker: worker(name), limit: 2, tenants })),
    )
    const given = asked.flat()
    assert.equal(given.filter(({ tenant }) => tenant === 'x').length, 1)
    assert.ok(given.filter(({ tenant }) => tenant === 'y').length <= 3)
    assert.deepEqual((await claim(queue, { tenants })).length + given.length, 4)
    const held = given.find(({ tenant }) => tenant === 'x')
    assert.ok(held !== undefined)
    const by = names[asked.findIndex((claims) => claims.includes(held))] ?? ''
    await queue.settle(held, worker(by), { type: 'done' })
    const [next, ...others] = await claim(queue, { tenants })
    assert.deepEqual([next?.tenant, others.length], ['x', 0])
  }),
  check('claims of a tenant that begin in one minute are bounded', async (queue, { pass }) => {
    await queue.enqueue([job('a'), job('b'), job('c')])
    const tenants = { otherwise: { perMinute: 2 } }
    for (const one of await claim(queue, { tenants })) await queue.settle(one, ada, { type: 'done' })
    assert.deepEqual(await claim(queue, { tenants }), [])
    await pass(61_000)
    assert.equal((await claim(queue, { tenants })).length, 1)
  }),
  check('status tells what waits, what is claimed, by whom, and who lives', async (queue, { another }) => {
    const other = await another()
    await queue.enqueue([job('a', { tenant: 't' }), job('b'), job('c', { after: Date.now() + 60_000 })])
    const held = await claimOne(queue)
    await queue.extend(worker('idle', 7), [])
    const { claims, workers, tenants, ...rest } = await other.status()
    assert.deepEqual(rest, { paused: false, waiting: 1, deferred: 1, dead: 0 })
    assert.deepEqual(
      claims.map(({ since: _, ...one }) => one),
      [{ thread: held.thread, tenant: 't', worker: 'ada' }],
    )
    const listed = [...workers].toSorted((a, b) => a.id.localeCompare(b.id)).map(({ seen: _, ...one }) => one)
    assert.deepEqual(listed, [
      { ...ada, claims: 1 },
      { ...worker('idle', 7), claims: 0 },
    ])
    assert.deepEqual(tenants, [
      { tenant: 'default', waiting: 2, claimed: 0 },
      { tenant: 't', waiting: 0, claimed: 1 },
    ])
    await queue.leave(worker('idle', 7))
    assert.deepEqual(
      (await queue.status()).workers.map(({ id }) => id),
      ['ada'],
    )
    await other[Symbol.asyncDispose]()
  }),
]

type Queue = Parameters<typeof claim>[0]

async function settleFirst(queue: Queue, end: Parameters<Queue['settle']>[2]) {
  const held = await claimOne(queue)
  assert.equal(await queue.settle(held, ada, end), 'settled')
  return held
}

/** Fails every job until none is left. */
async function kill(queue: Queue, pass: (duration: number) => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    for (const held of await claim(queue)) await queue.settle(held, ada, { type: 'failed', reason: 'killed' })
    await pass(120_000)
  }
}
