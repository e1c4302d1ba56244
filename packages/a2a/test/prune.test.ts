import { memoryCheckpointer } from '@keepup/checkpoint'
import { type Checkpointer, type Clock, KeepupError, systemClock } from '@keepup/core'
import fc from 'fast-check'
import { describe, expect, inject, test, vi } from 'vitest'

import { createMailboxes, type Mailboxes, type PrunedMailbox, pruneMailboxes } from '../src/index.ts'
import { openFile, openMemory, type Opened, type Opening, openServer } from './mailbox-stores.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A clock that stands where it is put. */
function clockAt(time: number): Clock {
  return { now: () => time, sleep: () => Promise.resolve() }
}

async function prune(
  checkpointer: Checkpointer,
  before: number,
  more: { readonly dryRun?: boolean } = {},
): Promise<readonly PrunedMailbox[]> {
  const pruned: PrunedMailbox[] = []
  const clock = clockAt(before)
  for await (const one of pruneMailboxes({ checkpointer, olderThan: 0, clock, ...more })) pruned.push(one)
  return pruned
}

async function typesIn(checkpointer: Checkpointer, address = 'box'): Promise<readonly string[]> {
  const types: string[] = []
  for await (const { type } of checkpointer.log(`mail:${address}`)) types.push(type)
  return types
}

/** A moment that lies after everything that was written. */
async function later(): Promise<number> {
  const now = systemClock.now()
  while (systemClock.now() <= now) await systemClock.sleep(1)
  return systemClock.now()
}

/** Handles what it is sent until nothing waits; words that begin with `bad` die at once. */
async function handleAll(mail: Mailboxes): Promise<readonly unknown[]> {
  const handled: unknown[] = []
  const served = mail.serve({
    address: 'box',
    attempts: 1,
    handle: ({ body }) => {
      if (String(body).startsWith('bad')) throw new Error(`cannot do ${String(body)}`)
      handled.push(body)
    },
  })
  await served.drain()
  return handled
}

async function sendAll(mail: Mailboxes, bodies: readonly string[]): Promise<readonly unknown[]> {
  return mail.sendAll(bodies.map((body) => ({ to: 'box', id: body, body })))
}

const words = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${index}`)

type Open = (opening: Opening) => Promise<Opened>

async function keepsWhatMatters(open: Open, count: number): Promise<void> {
  const store = await open({ capacity: 5_000, isOwnerDead: () => false })
  const { checkpointer } = store
  const mail = createMailboxes({ checkpointer })
  try {
    await sendAll(mail, [...words('old', count), 'bad-1', 'bad-2'])
    expect(await handleAll(mail)).toHaveLength(count)
    const mark = await later()
    await sendAll(mail, ['young', 'bad-3'])
    await handleAll(mail)
    await sendAll(mail, ['waits'])
    const before = await mail.read('box')
    const entries = (await typesIn(checkpointer)).length
    const [planned] = await prune(checkpointer, mark, { dryRun: true })
    expect(await typesIn(checkpointer)).toHaveLength(entries)
    expect(await prune(checkpointer, mark)).toEqual([planned])
    expect(planned?.entries).toBeGreaterThan(count)
    expect(await mail.read('box')).toEqual(before)
    expect((await typesIn(checkpointer)).length).toBe(entries - (planned?.entries ?? 0) + 1)
    expect((await typesIn(checkpointer))[0]).toBe('thread-pruned')
    // What was done stays done, what was given up can be taken up, and what waited is handled.
    expect(await sendAll(mail, ['old-7', 'bad-1', 'young'])).toEqual(['duplicate', 'duplicate', 'duplicate'])
    expect(await prune(checkpointer, mark)).toMatchObject([{ entries: 0 }])
    await mail.redrive('box', ['bad-2'])
    expect(await handleAll(mail)).toEqual(['waits'])
    const after = await mail.read('box')
    expect(after.dead.map(({ id, redriven }) => [id, redriven])).toEqual([
      ['bad-1', 0],
      ['bad-3', 0],
      ['bad-2', 1],
    ])
    expect(after.handled).toBe(count + 2)
  } finally {
    await mail[Symbol.asyncDispose]()
    await store.close()
  }
}

describe('pruning mailboxes', () => {
  test.each<[string, Open, number]>([
    ['in memory', openMemory, 2_500],
    ['on SQLite', openFile, 2_100],
    ['on PostgreSQL', openServer(inject('postgresUrl')), 60],
  ])('%s, nothing goes but what was handled by then', async (_, open, count) => {
    await expect(keepsWhatMatters(open, count)).resolves.toBeUndefined()
  })

  test('a message that was begun and not done with is handed over again, as often tried as it was', async () => {
    await using checkpointer = memoryCheckpointer()
    await using mail = createMailboxes({ checkpointer })
    await sendAll(mail, words('old', 20))
    await handleAll(mail)
    for (const before of [1, 2]) {
      await sendAll(mail, ['left'])
      const begun = Promise.withResolvers<number>()
      const served = mail.serve({
        address: 'box',
        handle: ({ attempt }, { signal }) => {
          begun.resolve(attempt)
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        },
      })
      expect(await begun.promise).toBe(before)
      await served.stop(0)
      expect(await prune(checkpointer, await later())).toMatchObject([{ asked: false }])
      expect((await mail.read('box')).open).toMatchObject([{ id: 'left', body: 'left', attempts: before }])
    }
    expect(await typesIn(checkpointer)).toEqual(['thread-pruned'])
    const last: unknown[] = []
    await mail.serve({ address: 'box', handle: ({ id, attempt }) => void last.push(id, attempt) }).drain()
    expect(last).toEqual(['left', 3])
  })

  test('whoever serves a mailbox prunes it between two messages, and handles every one', async () => {
    await using checkpointer = memoryCheckpointer()
    await using mail = createMailboxes({ checkpointer })
    const handled: unknown[] = []
    const served = mail.serve({ address: 'box', handle: ({ body }) => void handled.push(body) })
    for (const body of words('first', 300)) await mail.send({ to: 'box', body })
    await vi.waitFor(() => expect(handled).toHaveLength(300))
    const mark = await later()
    expect(await prune(checkpointer, mark)).toEqual([{ address: 'box', entries: 0, asked: true }])
    for (const body of words('second', 300)) await mail.send({ to: 'box', body })
    await vi.waitFor(async () => {
      expect((await typesIn(checkpointer))[0]).toBe('thread-pruned')
      expect(handled).toHaveLength(600)
    })
    await served.stop()
    expect(handled).toEqual([...words('first', 300), ...words('second', 300)])
    expect(await mail.read('box')).toMatchObject({ received: 600, handled: 600, open: [], dead: [] })
  })

  test('who is cut off between two steps goes on where it was; what a fork needs is left, and told', async () => {
    await using checkpointer = memoryCheckpointer()
    await using mail = createMailboxes({ checkpointer })
    await sendAll(mail, words('old', 4_500))
    await handleAll(mail)
    const mark = await later()
    const report = await mail.read('box')
    let steps = 0
    const cut = new Proxy(checkpointer, {
      get: (target, name) => {
        if (name !== 'prune') return Reflect.get(target, name).bind(target)
        return (pruning: Parameters<Checkpointer['prune']>[0]) => {
          steps += 1
          return steps === 2 ? Promise.reject(new Error('killed')) : target.prune(pruning)
        }
      },
    })
    await expect(prune(cut, mark)).rejects.toThrow('killed')
    expect(await mail.read('box')).toEqual(report)
    expect((await prune(cut, mark))[0]?.entries).toBeGreaterThan(2_000)
    expect(await mail.read('box')).toEqual(report)
    expect(await typesIn(checkpointer)).toEqual(['thread-pruned'])
    expect(steps).toBeGreaterThan(3)

    await sendAll(mail, words('new', 10))
    await handleAll(mail)
    const { head } = await checkpointer.read('mail:box')
    await checkpointer.fork({ thread: 'mail:box', at: head - 1 }, 'a-fork')
    const [refused] = await prune(checkpointer, await later())
    expect(KeepupError.is(refused?.refused, 'thread-has-forks')).toBe(true)
    expect(await mail.read('box')).toMatchObject({ handled: 4_510 })
  })

  test('a mailbox that was pruned at any moments is as one that never was', async () => {
    const act = fc.constantFrom('send', 'bad', 'serve', 'redrive', 'discard', 'prune')
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 14 }), async (acts) => {
        const reports = []
        for (const isPruned of [true, false]) {
          await using checkpointer = memoryCheckpointer()
          await using mail = createMailboxes({ checkpointer })
          for (const [index, one] of acts.entries()) {
            if (one === 'send' || one === 'bad') await sendAll(mail, [`${one}-${index}`, `${one}-${index}b`])
            if (one === 'serve') await handleAll(mail)
            if (one === 'redrive') await mail.redrive('box')
            if (one === 'discard') await mail.discard('box')
            if (one === 'prune' && isPruned) await prune(checkpointer, systemClock.now() + 1)
          }
          const { waiting, open, dead, ...counts } = await mail.read('box')
          const letters = dead.map(({ id, body, error, attempts, redriven }) => ({
            id,
            body,
            error,
            attempts,
            redriven,
          }))
          reports.push({
            counts,
            letters,
            waiting: waiting.map(({ id }) => id),
            open: open.map(({ id }) => id),
          })
        }
        expect(reports[0]).toEqual(reports[1])
      }),
      { numRuns: Number(process.env['KEEPUP_PRUNE_RUNS'] ?? 40) },
    )
  })
})
