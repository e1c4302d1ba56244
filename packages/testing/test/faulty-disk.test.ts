import { KeepupError } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { collect } from '../src/fails.ts'
import {
  type Faults,
  isSimulatedCrash,
  simulate,
  SimulatedCrash,
  type SimulatedProcess,
  type Simulation,
  type StoreParts,
} from '../src/simulation.ts'
import { FakeCheckpointer } from './fake/fake-checkpointer.ts'

const seeds = Array.from({ length: 40 }, (_, index) => index + 1)

/** Appends numbers until there are ten, through crashes, and tells what was acknowledged. */
async function countToTen(
  simulation: Simulation,
  create: (parts: StoreParts) => FakeCheckpointer,
  faults?: Faults,
) {
  const disk = simulation.faultyCheckpointer(create, faults)
  const acknowledged = { power: 0, process: 0 }
  let boots = 0
  for (; boots < 50; boots++) {
    const lastPower = disk.faults.filter(({ kind }) => kind === 'power').length
    const process = await disk.boot()
    const end = await process.run(() => append(process, acknowledged))
    if (end.type === 'ended') break
    if (disk.faults.filter(({ kind }) => kind === 'power').length > lastPower)
      acknowledged.process = acknowledged.power
  }
  disk.heal()
  const { checkpointer } = await disk.boot()
  return { entries: (await checkpointer.read('count')).entries, faults: disk.faults, boots, checkpointer }
}

async function append(
  process: SimulatedProcess,
  acknowledged: { power: number; process: number },
): Promise<void> {
  const { checkpointer, clock } = process
  await using lease = await checkpointer.lease('count', process.owner('counter'), 30_000)
  const { head } = await checkpointer.read('count')
  if (head < acknowledged.power)
    throw new Error(`${acknowledged.power} were acknowledged with power, ${head} are left`)
  if (head < acknowledged.process)
    throw new Error(`${acknowledged.process} were acknowledged, ${head} are left`)
  for (let after = head; after < 10;) {
    const flush = after % 3 === 2 ? 'power' : 'process'
    const entry = {
      type: 'counted',
      version: 1,
      critical: false,
      time: clock.now(),
      by: 'user',
      data: after + 1,
    }
    try {
      await checkpointer.commit({
        appends: [{ thread: 'count', after, lease: lease.token, entries: [entry] }],
        flush,
      })
      after += 1
      acknowledged[flush] = after
      if (flush === 'power') acknowledged.process = after
    } catch (error) {
      if (!KeepupError.is(error, 'database-busy') && !KeepupError.is(error, 'database-full')) throw error
      await clock.sleep(100)
    }
  }
}

const fake = (parts: StoreParts): FakeCheckpointer => new FakeCheckpointer(parts)
const often: Faults = { full: 0.05, busy: 0.05, crash: 0.1, power: 0.1, atMost: 12 }

describe('a faulty disk', () => {
  test('loses nothing that was acknowledged, and every fault comes up', async () => {
    const seen = new Map<string, number>()
    for (const seed of seeds) {
      const { entries, faults } = await simulate(seed, (simulation) => countToTen(simulation, fake, often))
      expect(entries.map(({ data }) => data)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      for (const { kind, moment } of faults)
        seen.set(`${kind} ${moment}`, (seen.get(`${kind} ${moment}`) ?? 0) + 1)
    }
    expect([...seen.keys()].toSorted()).toEqual([
      'busy before',
      'crash after',
      'crash before',
      'full before',
      'power after',
      'power before',
    ])
  })

  test('replays a seed to the same hashes, ids and faults', async () => {
    const run = (seed: number) =>
      simulate(seed, async (simulation) => {
        const { entries, faults } = await countToTen(simulation, fake, often)
        return { entries, faults: [...faults] }
      })
    for (const seed of [3, 17]) expect(await run(seed)).toEqual(await run(seed))
    expect(await run(3)).not.toEqual(await run(17))
  })

  test('rebuilds after power loss what it kept, with the same hashes', async () => {
    await simulate(11, async (simulation) => {
      const disk = simulation.faultyCheckpointer(fake, { atMost: 0 })
      const first = await disk.boot()
      const acknowledged = { power: 0, process: 0 }
      await append(first, acknowledged)
      const before = (await first.checkpointer.read('count')).entries
      const lost = await disk.losePower()
      await expect(first.checkpointer.read('count')).rejects.toThrow(SimulatedCrash)
      const next = await disk.boot()
      const after = (await next.checkpointer.read('count')).entries
      expect(after).toEqual(before.slice(0, after.length))
      expect(after.length).toBeGreaterThanOrEqual(9)
      expect(lost).toBeGreaterThanOrEqual(10 - after.length)
    })
  })

  test('a store that forgets an acknowledged commit is found out', async () => {
    class Forgetful extends FakeCheckpointer {
      #commits = 0
      override async commit(batch: Parameters<FakeCheckpointer['commit']>[0]) {
        this.#commits += 1
        if (this.#commits % 4 !== 3) return super.commit(batch)
        return batch.appends.map(({ thread, after }) => ({
          thread,
          sequence: Number(after) + 1,
          hash: '',
          entries: [],
        }))
      }
    }
    const failures = seeds.map((seed) =>
      simulate(seed, (simulation) => countToTen(simulation, (parts) => new Forgetful(parts), often)).then(
        () => 'fine',
        (error: Error) => error.message,
      ),
    )
    const found = (await Promise.all(failures)).filter((message) => /SEED=\d+$/.test(message))
    expect(found.length).toBe(seeds.length)
  })

  test('without faults a program runs through in one process', async () => {
    for (const seed of [1, 2, 3]) {
      const { boots, faults } = await simulate(seed, (simulation) =>
        countToTen(simulation, fake, { atMost: 0 }),
      )
      expect([boots, faults.length]).toEqual([0, 0])
    }
  })
})

describe('a simulated process', () => {
  test('does nothing after its crash, and its lease is free at once', async () => {
    await simulate(1, async (simulation) => {
      const disk = simulation.faultyCheckpointer(fake, { atMost: 0 })
      const [first, second] = [await disk.boot(), await disk.boot()]
      const lease = await first.checkpointer.lease('thread', first.owner('a'), 30_000)
      const held = second.checkpointer.lease('thread', second.owner('b'), 30_000)
      await expect(held).rejects.toMatchObject({ code: 'lease-held' })
      const effects: string[] = []
      const run = first.run(async ({ clock, turn }) => {
        await clock.sleep(10)
        await turn()
        effects.push('after the crash')
      })
      first.crash()
      expect(await run).toEqual({ type: 'crashed' })
      await expect(lease.renew(30_000)).rejects.toThrow(SimulatedCrash)
      await expect(first.turn()).rejects.toSatisfy(isSimulatedCrash)
      await second.checkpointer.lease('thread', second.owner('b'), 30_000)
      await simulation.clock.sleep(1_000)
      expect(effects).toEqual([])
      expect(await first.run(async () => 'late')).toEqual({ type: 'crashed' })
    })
  })

  test('reaches every method of the store, and watches until it crashes', async () => {
    await simulate(1, async (simulation) => {
      const disk = simulation.faultyCheckpointer(fake, { atMost: 0 })
      const process = await disk.boot()
      const { checkpointer } = process
      await append(process, { power: 0, process: 0 })
      const signal = {
        id: 's',
        thread: 'count',
        channel: 'control',
        type: 'stop',
        time: 0,
        by: 'user',
        data: {},
      }
      expect(await checkpointer.signal([signal], 'power')).toEqual(['accepted'])
      expect(await checkpointer.pending('count')).toHaveLength(1)
      await checkpointer.fork({ thread: 'count', at: 4 }, 'fork')
      await checkpointer.snapshot('count', { fold: { id: 'f', version: 1 }, at: 5, bytes: new Uint8Array(1) })
      expect((await checkpointer.read('count', { fold: { id: 'f', version: 1 } })).entries).toHaveLength(5)
      expect(await collect(checkpointer.threads())).toHaveLength(2)
      expect(await collect(checkpointer.history('count', { limit: 3 }))).toHaveLength(3)
      expect(await collect(checkpointer.log('count', 7))).toHaveLength(3)
      const lease = await checkpointer.lease('count', process.owner('b'), 30_000)
      await lease.renew(60_000)
      expect(lease.expires).toBe(process.clock.now() + 60_000)
      const state = { thread: 'count', lease: lease.token, fold: { id: 'f', version: 1 }, state: 1, time: 0 }
      expect(await checkpointer.prune({ ...state, through: 3 })).toMatchObject({ entries: 3 })
      expect(await checkpointer.erase({ thread: 'fork', forks: 'refuse' })).toMatchObject({
        threads: ['fork'],
      })
      expect(() => checkpointer.within({} as never)).toThrow('no database')
      await checkpointer[Symbol.asyncDispose]()
      const watching = collect(
        checkpointer.watch('count', { after: 0, signal: new AbortController().signal }),
      )
      await simulation.clock.sleep(10)
      process.crash()
      await expect(watching).rejects.toSatisfy(isSimulatedCrash)
    })
  })

  test('what its body rejects with while it lives is not hidden', async () => {
    const failing = simulate(1, async (simulation) => {
      const process = await simulation.faultyCheckpointer(fake).boot()
      await process.run(() => Promise.reject(new RangeError('a real mistake')))
    })
    await expect(failing).rejects.toThrow(/a real mistake\nSEED=1/)
  })

  test('the marker is recognised where it is a cause', () => {
    expect(isSimulatedCrash(new Error('wrapped', { cause: new SimulatedCrash() }))).toBe(true)
    expect(isSimulatedCrash(new Error('other'))).toBe(false)
  })
})
