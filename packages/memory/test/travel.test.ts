import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Clock, NewEntry } from '@keepup/core'
import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'

import {
  createMemory,
  inMemoryIndex,
  type Memory,
  memoryReadEntry,
  overlayOrigin,
  scopeId,
  threadMemory,
} from '../src/index.ts'
import { openInFile, openInMemory, openOnServer, type OpenStore } from './stores.ts'
import { append, note } from './thread-entries.ts'

const scope = { user: 'alice' }
const user = { by: 'user' }
const reason = { by: 'user', why: 'a test' }

/** A clock that a test moves. */
function handClock(start: number = 1_000): Clock & { now: () => number; moveTo: (time: number) => void } {
  let time = start
  return { now: () => time, sleep: async () => undefined, moveTo: (next) => void (time = next) }
}

const rewound = (to: number): NewEntry => ({
  type: 'thread-rewound',
  version: 1,
  critical: true,
  time: 1,
  by: 'user',
  data: { to },
})

describe('as of', () => {
  const step = fc.oneof(
    fc.record({
      type: fc.constant('observe' as const),
      text: fc.constantFrom('tea', 'coffee', 'water', 'milk'),
    }),
    fc.record({
      type: fc.constant('remember' as const),
      key: fc.constantFrom('drink', 'home'),
      value: fc.constantFrom('a', 'b', 'c'),
    }),
    fc.record({ type: fc.constant('forget' as const), pick: fc.nat(5) }),
    fc.record({ type: fc.constant('undo' as const), pick: fc.nat(30) }),
    fc.record({ type: fc.constant('consolidate' as const) }),
  )

  async function perform(
    memory: Memory,
    each: typeof step extends fc.Arbitrary<infer T> ? T : never,
    at: number,
  ): Promise<void> {
    const view = await memory.asOf(scope)
    if (each.type === 'observe') {
      await memory.observe(scope, [
        { id: `e${at}`, session: `s${at % 3}`, origin: 'user', text: `I always drink ${each.text} ${at}.` },
      ])
    } else if (each.type === 'remember') {
      const { key, value } = each
      await memory.remember(scope, { text: `${key} ${value}`, subject: 'user', attribute: key, value }, user)
    } else if (each.type === 'forget') {
      const known = await view.items()
      const item = known[each.pick % Math.max(1, known.length)]
      if (item !== undefined) await memory.forget(scope, [item.id], reason)
    } else if (each.type === 'undo') await memory.undo(scope, each.pick, reason).catch(() => undefined)
    else await memory.consolidate(scope)
  }

  it('is exact under random histories: what was seen then is seen again, also from rows made anew', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 14 }),
        // With the small one a scope becomes too large to be ranked as a whole on the way.
        fc.constantFrom(3, 10_000),
        async (steps, exactLimit) => {
          const clock = handClock()
          const store = await openInMemory()
          const memory = createMemory({ ...store, clock, exactLimit, newId: ids() })
          const seen: { at: number; items: string; found: string; time: number }[] = []
          for (const [at, each] of steps.entries()) {
            clock.moveTo(2_000 + at * 10)
            await perform(memory, each, at)
            seen.push(await look(memory, clock.now()))
          }
          await memory.rebuild(scope)
          const again = createMemory({
            checkpointer: store.checkpointer,
            index: inMemoryIndex(),
            clock,
            exactLimit,
          })
          for (const { at, items, found } of seen) {
            for (const each of [memory, again]) {
              const view = await each.asOf(scope, { sequence: at })
              expect(JSON.stringify(await view.items())).toBe(items)
              expect(await searched(view)).toBe(found)
            }
          }
          for (const { at, time } of seen) expect((await memory.asOf(scope, { time })).at).toBe(at)
        },
      ),
      { numRuns: Number(process.env['KEEPUP_MEMORY_RUNS'] ?? 25), ...seedOf() },
    )
  }, 60_000)

  async function look(
    memory: Memory,
    time: number,
  ): Promise<{ at: number; items: string; found: string; time: number }> {
    const view = await memory.asOf(scope)
    return { at: view.at, items: JSON.stringify(await view.items()), found: await searched(view), time }
  }

  it('names the entries that there are where one is asked for that there is not', async () => {
    const memory = createMemory(await openInMemory())
    await memory.observe(scope, [{ session: 's', origin: 'user', text: 'tea' }])
    await expect(memory.asOf(scope, { sequence: 7 })).rejects.toMatchObject({ code: 'checkpoint-unknown' })
    await expect(memory.asOf(scope, { sequence: -1 })).rejects.toMatchObject({ code: 'checkpoint-unknown' })
  })

  it('tells what was known at a time from what held at it', async () => {
    const clock = handClock(1_000)
    const memory = createMemory({ ...(await openInMemory()), clock })
    await memory.remember(
      scope,
      { text: 'Alice lives in Oslo', subject: 'Alice', attribute: 'home', value: 'Oslo' },
      user,
    )
    clock.moveTo(5_000)
    // Learnt later than it was so.
    await memory.remember(
      scope,
      {
        text: 'Alice lives in Bergen',
        subject: 'Alice',
        attribute: 'home',
        value: 'Bergen',
        validFrom: 3_000,
      },
      user,
    )
    const ask = async (query: object): Promise<readonly string[]> =>
      (await memory.recall({ scopes: [scope], text: 'Where does Alice live?', ...query })).items.map(
        ({ text }) => text,
      )
    expect(await ask({})).toEqual(['Alice lives in Bergen'])
    expect(await ask({ validAt: 2_000 })).toEqual(['Alice lives in Oslo'])
    expect(await ask({ validAt: 4_000 })).toEqual(['Alice lives in Bergen'])
    expect(await ask({ asOf: { time: 4_000 } })).toEqual(['Alice lives in Oslo'])
  })
})

function ids(): () => string {
  let next = 0
  return () => `id-${next++}`
}

async function searched(view: {
  recall(query: {
    text: string
    validAt: number
    limit: number
  }): Promise<{ evidence: readonly { id: string; score: number }[]; items: readonly { id: string }[] }>
}): Promise<string> {
  const found = await view.recall({ text: 'What do I drink, tea or coffee?', validAt: 10_000_000, limit: 50 })
  return JSON.stringify([found.evidence.map(({ id, score }) => [id, score]), found.items.map(({ id }) => id)])
}

function seedOf(): { seed?: number } {
  const seed = process.env['KEEPUP_SEED']
  return seed === undefined ? {} : { seed: Number(seed) }
}

const backends: Readonly<Record<string, () => Promise<OpenStore>>> = {
  'in memory': openInMemory,
  SQLite: () => openInFile(),
  PostgreSQL: () => openOnServer(inject('postgresUrl')),
}

for (const [backend, open] of Object.entries(backends)) {
  describe(`a thread's memory ${backend}`, () => {
    it('is that of its time after a rewind and in a fork, and a merge proposes it back', async () => {
      const store = await open()
      expect(store.checkpointer).toBeDefined()
      await travel(store)
      await store.close()
    }, 30_000)
  })
}

async function travel(store: OpenStore): Promise<void> {
  const { checkpointer } = store
  const memory = createMemory(store)
  const texts = async (id: string): Promise<readonly string[]> => {
    const { evidence } = await memory.recall({ scopes: [id], text: 'tea', limit: 50 })
    return evidence.map(({ text }) => text).toSorted()
  }
  await append(checkpointer, 'agent', note('one'))
  const first = await threadMemory(memory, checkpointer, 'agent', scope)
  expect(first).toEqual({ scope: scopeId(scope), isOverlay: false })
  await memory.observe(first.scope, [{ session: 's', origin: 'user', text: 'tea before' }])
  const { read } = await memory.recall({ scopes: [first.scope], text: 'tea' })
  await append(checkpointer, 'agent', ...read.map((each) => memoryReadEntry(each, 2)))
  await append(checkpointer, 'agent', note('two'))
  await memory.observe(first.scope, [{ session: 's', origin: 'user', text: 'tea after' }])
  expect(await texts(first.scope)).toEqual(['tea after', 'tea before'])

  await append(checkpointer, 'agent', rewound(2))
  const back = await threadMemory(memory, checkpointer, 'agent', scope)
  expect(back.isOverlay).toBe(true)
  expect(await texts(back.scope)).toEqual(['tea before'])

  await checkpointer.fork({ thread: 'agent', at: 2 }, 'fork')
  const fork = await threadMemory(memory, checkpointer, 'fork', scope)
  expect(fork.scope).not.toBe(back.scope)
  await memory.observe(fork.scope, [{ session: 's', origin: 'user', text: 'tea in the fork' }])
  // What the past holds already is not kept twice.
  const known = (await memory.recall({ scopes: [back.scope], text: 'tea' })).evidence
  expect((await memory.observe(fork.scope, known)).ids).toEqual(known.map(({ id }) => id))
  await memory.remember(fork.scope, { text: 'Tea is served at four', pinned: true }, user)
  expect(await texts(fork.scope)).toEqual(['tea before', 'tea in the fork'])
  expect(await texts(back.scope)).toEqual(['tea before'])
  expect(await texts(first.scope)).toEqual(['tea after', 'tea before'])
  expect(await memory.core(fork.scope)).toContain('Tea is served at four')
  expect(await memory.core(first.scope)).toBe('')

  const merged = await memory.merge(fork.scope, reason)
  expect(merged).toMatchObject({ evidence: 1, changedThere: [] })
  expect(merged.proposed).toHaveLength(1)
  expect(await memory.merge(fork.scope, reason)).toMatchObject({ evidence: 0, proposed: [] })
  expect(await texts(first.scope)).toEqual(['tea after', 'tea before', 'tea in the fork'])
  expect(await memory.core(first.scope)).toBe('')
  await memory.decide(first.scope, merged.proposed[0] ?? '', 'approve', reason)
  expect(await memory.core(first.scope)).toContain('Tea is served at four')
  // The rewound thread still has its own time.
  expect(await texts(back.scope)).toEqual(['tea before'])
  expect(overlayOrigin(fork.scope)).toEqual({ base: scopeId(scope), at: 1 })
}

it('finds the time of a thread that never said what it read', async () => {
  const checkpointer = memoryCheckpointer()
  const clock = handClock(1_000)
  const memory = createMemory({ checkpointer, index: inMemoryIndex(), clock })
  await memory.observe(scope, [{ session: 's', origin: 'user', text: 'tea before' }])
  await append(checkpointer, 'agent', { ...note('one'), time: 1_500 })
  clock.moveTo(2_000)
  await memory.observe(scope, [{ session: 's', origin: 'user', text: 'tea after' }])
  await checkpointer.fork({ thread: 'agent', at: 1 }, 'fork')
  const fork = await threadMemory(memory, checkpointer, 'fork', scope)
  const { evidence } = await memory.recall({ scopes: [fork.scope], text: 'tea' })
  expect(evidence.map(({ text }) => text)).toEqual(['tea before'])
})
