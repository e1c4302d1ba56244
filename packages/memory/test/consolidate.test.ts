import type { Clock } from '@keepup/core'
import { describe, expect, it } from 'vitest'

import { createMemory, findFacts, findRules, type MemoryItem, scopeId, strengthOf } from '../src/index.ts'
import { openInFile, openInMemory } from './stores.ts'

const scope = { user: 'alice' }
const reason = { by: 'user', why: 'a test' }
const day = 86_400_000

function handClock(start: number): Clock & { moveTo(time: number): void } {
  let time = start
  return { now: () => time, sleep: async () => undefined, moveTo: (next) => void (time = next) }
}

describe('rules', () => {
  it('are found in how people word them, and not in what merely mentions them', () => {
    const rules = [
      'Always include version numbers when I ask about dependencies.',
      'From now on, please answer in French.',
      "I'd prefer short answers.",
      'Whenever you show code, add comments.',
      'Never use tabs.',
      'Remember to mention the deadline.',
      'I prefer tea over coffee.',
      'You should never use tabs.',
    ]
    for (const rule of rules) expect(findRules(`Hello there. ${rule} Thanks.`)).toEqual([rule])
    for (const none of [
      'How do I sort a list?',
      'The bus was late.',
      'I have never written any Flask routes.',
      "We've never been to Oslo.",
      'It has always been so.',
      '```\n// always true\n```',
      `${'x'.repeat(500)} always`,
    ]) {
      expect(findRules(none)).toEqual([])
    }
  })
})

describe('facts', () => {
  it('are read with a key and a value, and questions state none', () => {
    expect(findFacts('My favourite tea is oolong. By the way, I live in Oslo now!')).toEqual([
      { text: 'My favourite tea is oolong.', subject: 'user', attribute: 'favourite tea', value: 'oolong' },
      { text: 'By the way, I live in Oslo now!', subject: 'user', attribute: 'home', value: 'Oslo' },
    ])
    expect(findFacts("I've just moved to Bergen.")).toMatchObject([{ attribute: 'home', value: 'Bergen' }])
    expect(findFacts('We switched our database from MySQL to Postgres last week.')).toMatchObject([
      { attribute: 'database' },
    ])
    for (const none of [
      'Is my name Bob?',
      'My plan is to sleep.',
      'My question is whether it works.',
      'My head is so heavy.',
    ]) {
      expect(findFacts(none)).toEqual([])
    }
  })
})

async function opened(clock = handClock(1_000)) {
  const store = await openInMemory()
  const memory = createMemory({ ...store, clock })
  const say = (session: string, text: string, at: number = clock.now()) =>
    memory.observe(scope, [{ session, origin: 'user', text, at }])
  const items = async (): Promise<readonly MemoryItem[]> => (await memory.asOf(scope)).items()
  return { ...store, memory, clock, say, items }
}

describe('consolidation', () => {
  it('ends what a later statement of the same key contradicts, links both, and deletes nothing', async () => {
    const { memory, say, items } = await opened()
    await say('one', 'I live in Oslo.', 1_000)
    await memory.consolidate(scope)
    await say('two', 'I moved to Bergen.', 5_000)
    await memory.consolidate(scope)
    const [oslo, bergen] = (await items()).toSorted((a, b) => (a.validFrom ?? 0) - (b.validFrom ?? 0))
    expect(oslo).toMatchObject({
      value: 'Oslo',
      validFrom: 1_000,
      validTo: 5_000,
      supersededBy: bergen?.id,
      contradicts: [bergen?.id],
    })
    expect(bergen).toMatchObject({ value: 'Bergen', contradicts: [oslo?.id] })
    expect(bergen?.validTo).toBeUndefined()
  })

  it('makes stale what was derived of what does not hold any more, however far down', async () => {
    const { memory, say, items } = await opened()
    await say('one', 'I live in Oslo.')
    await memory.consolidate(scope)
    const [home] = await items()
    const { id: commute } = await memory.remember(
      scope,
      { text: 'The commute takes ten minutes', derivedFrom: [home?.id ?? ''] },
      { by: 'user' },
    )
    const { id: alarm } = await memory.remember(
      scope,
      { text: 'The alarm is at eight', derivedFrom: [commute] },
      { by: 'user' },
    )
    await say('two', 'I moved to Bergen.', 2_000)
    await memory.consolidate(scope)
    const stale = (await items()).filter((item) => item.stale).map(({ id }) => id)
    expect(stale.toSorted()).toEqual([alarm, commute].toSorted())
  })

  it('keeps one item of what is said again, and is sure of it once two sessions say it', async () => {
    const { memory, say, items } = await opened()
    await say('one', 'Always answer in metric units, please.')
    await say('one', 'Please always answer in metric units.', 2_000)
    await memory.consolidate(scope)
    expect(await items()).toMatchObject([{ established: false, sessions: ['one'] }])
    await say('two', 'Always answer in metric units please!', 3_000)
    await memory.consolidate(scope)
    const [item, ...others] = await items()
    expect(others).toEqual([])
    expect(item).toMatchObject({ established: true, sessions: ['one', 'two'] })
    expect(item?.sources).toHaveLength(3)
  })

  it('does not take what differs in a number or a "not" for the same', async () => {
    const { memory, say, items } = await opened()
    await say(
      'one',
      'Always wrap the lines of code at 80 columns. Always wrap the lines of code at 120 columns.',
    )
    await memory.consolidate(scope)
    expect(await items()).toHaveLength(2)
  })

  it('finds later what was not said again for long, and never deletes it', async () => {
    const { memory, say, items, clock } = await opened(handClock(0))
    await say('one', 'My favourite tea is oolong.')
    await say('one', 'Always be brief.')
    await memory.consolidate(scope)
    clock.moveTo(3 * 365 * day)
    await memory.consolidate(scope)
    const all = await items()
    expect(all.find(({ kind }) => kind === 'semantic')).toMatchObject({ dormant: true })
    // What is pinned does not age.
    expect(all.find(({ kind }) => kind === 'procedural')).toMatchObject({ dormant: false })
    expect(
      (await memory.recall({ scopes: [scope], text: 'favourite tea' })).items.some(
        ({ value }) => value === 'oolong',
      ),
    ).toBe(true)
    const [item] = all
    if (item === undefined) throw new Error('no item')
    expect(strengthOf({ ...item, kind: 'semantic', lastUsedAt: 0 }, 180 * day)).toBeCloseTo(
      0.5 * (1 + Math.log(1)),
      5,
    )
  })

  it('takes from a model only what stands in what was said, and only as a proposal', async () => {
    const { memory, say, items } = await opened()
    await say('one', 'We ship on\nFridays, never on Mondays.')
    const [source] = (await memory.recall({ scopes: [scope], text: 'ship' })).evidence
    const proposal = { kind: 'semantic' as const, text: 'Ships on Fridays', source: source?.id ?? '' }
    const done = await memory.consolidate(scope, {
      proposer: {
        name: 'model:test',
        propose: async () => [
          { ...proposal, quote: 'We ship on Fridays' },
          { ...proposal, text: 'Ships on Sundays', quote: 'We ship on Sundays' },
          { ...proposal, text: 'Ships anyway', quote: '' },
          { ...proposal, text: 'Somebody else', source: 'nobody', quote: 'We ship on Fridays' },
        ],
      },
    })
    expect(done.refused).toBe(3)
    const proposed = (await items()).filter(({ status }) => status === 'proposed')
    expect(proposed.map(({ text }) => text)).toEqual(['Ships on Fridays'])
    expect(proposed[0]?.label.integrity).toBe('free-text')
    expect(
      (await memory.recall({ scopes: [scope], text: 'ship Fridays' })).items.map(({ text }) => text),
    ).not.toContain('Ships on Fridays')
  })

  it('works in bounded passes, each an entry, goes on where the last one ended, and repeats nothing', async () => {
    const { memory, checkpointer, say } = await opened()
    for (let at = 0; at < 25; at++) await say(`s${at}`, `My lucky number${at} is ${at}.`, at + 1)
    expect(await memory.consolidate(scope, { batch: 10, passes: 1 })).toMatchObject({
      passes: 1,
      looked: 10,
      isComplete: false,
    })
    expect(await memory.consolidate(scope, { batch: 10 })).toMatchObject({
      passes: 2,
      looked: 15,
      isComplete: true,
    })
    expect(await memory.consolidate(scope, { batch: 10 })).toMatchObject({ passes: 0, looked: 0 })
    const types = (await checkpointer.read(scopeId(scope))).entries.map(({ type }) => type)
    expect(types.filter((type) => type === 'memory-consolidated')).toHaveLength(3)
  })

  it('tells what it would do, and does nothing, in a dry run', async () => {
    const { memory, say, items } = await opened()
    await say('one', 'Always be brief.')
    const before = await memory.hash(scope)
    expect((await memory.consolidate(scope, { dryRun: true })).changes).toMatchObject([{ type: 'add' }])
    expect(await items()).toEqual([])
    expect(await memory.hash(scope)).toBe(before)
  })

  it('is done by one process at a time, and two that write at once lose nothing', async () => {
    const store = await openInFile()
    const memories = [createMemory(store), createMemory(store)]
    const [first, second] = memories
    await first?.observe(scope, [{ session: 's', origin: 'user', text: 'I live in Oslo.' }])
    const slow = first?.consolidate(scope, {
      proposer: {
        name: 'model:slow',
        propose: async () => {
          await second?.observe(scope, [{ session: 's', origin: 'user', text: 'My name is Ada.' }])
          await expect(second?.consolidate(scope)).rejects.toMatchObject({ code: 'lease-held' })
          return []
        },
      },
    })
    expect(await slow).toMatchObject({ looked: 1 })
    await second?.consolidate(scope)
    const write = async (at: number): Promise<unknown> =>
      memories[at % 2]?.observe(scope, [{ id: `e${at}`, session: 's', origin: 'user', text: `word${at}` }])
    await Promise.all(Array.from({ length: 20 }, (_, at) => write(at)))
    const { evidence } = (await second?.recall({ scopes: [scope], text: 'word1', budget: 100_000 })) ?? {
      evidence: [],
    }
    expect(evidence).toHaveLength(22)
    const items = await (await second?.asOf(scope))?.items()
    expect(items?.map(({ value }) => value).toSorted()).toEqual(['Ada', 'Oslo'])
    await store.close()
  })

  it('can be undone, pass by pass, but not past what came later', async () => {
    const { memory, say, items } = await opened()
    await say('one', 'I live in Oslo.', 1_000)
    await memory.consolidate(scope)
    const before = JSON.stringify(await items())
    await say('two', 'I moved to Bergen.', 2_000)
    await memory.consolidate(scope)
    const { at } = await memory.asOf(scope)
    const [oslo] = (await items()).filter(({ value }) => value === 'Oslo')
    const forgotten = await memory.forget(scope, [oslo?.id ?? ''], reason)
    await expect(memory.undo(scope, at, reason)).rejects.toMatchObject({ code: 'input-invalid' })
    await memory.undo(scope, forgotten, reason)
    await expect(memory.undo(scope, 999, reason)).rejects.toMatchObject({ code: 'input-invalid' })
    const explained = await memory.explain(scope, oslo?.id ?? '')
    expect(explained.versions.length).toBeGreaterThan(3)
    expect(explained.item.retractedAt).toBeUndefined()
    expect(JSON.stringify(await (await memory.asOf(scope, { sequence: 2 })).items())).toBe(before)
  })
})
