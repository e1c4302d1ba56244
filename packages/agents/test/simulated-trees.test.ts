import { memoryCheckpointer } from '@keepup/checkpoint'
import { KeepupError, type Tool } from '@keepup/core'
import { type FaultyDisk, simulate, type SimulatedProcess, type Simulation } from '@keepup/testing/simulation'
import { describe, expect, test } from 'vitest'

import { replayAll } from './scene.ts'
import { expectWhole, treeOf } from './tree-life.ts'

/** What happens to one tree: what is outside is not undone by a crash. */
interface World {
  readonly acts: string[]
  readonly fan: readonly number[]
  readonly repeat: Tool['repeat']
  readonly background: boolean
}

async function runOnce(simulation: Simulation, process: SimulatedProcess, world: World): Promise<string> {
  const run = treeOf({
    ...world,
    checkpointer: process.checkpointer,
    clock: process.clock,
    owner: process.owner('tree'),
    newId: simulation.newId,
    async act(key) {
      await process.turn()
      world.acts.push(key)
      await process.turn()
    },
  })
  let last = ''
  for await (const { type } of run({ thread: 'root', input: 'Go', inputId: 'go', limits: { turns: 5_000 } }))
    last = type
  return last
}

/** Runs the tree, and again after each crash, until it has finished. Gives how many processes died. */
async function live(simulation: Simulation, disk: FaultyDisk, world: World): Promise<number> {
  for (let deaths = 0; deaths < 400; deaths += 1) {
    const process = await disk.boot()
    try {
      const end = await process.run(() => runOnce(simulation, process, world))
      if (end.type === 'ended' && end.value === 'run-finished') return deaths
    } catch (error) {
      if (KeepupError.is(error, 'input-invalid')) return deaths
      if (!KeepupError.is(error, 'database-busy') && !KeepupError.is(error, 'database-full')) throw error
      process.crash()
    }
  }
  throw new Error('the tree never finished')
}

async function life(
  seed: number,
  {
    fan,
    kills,
    repeat = 'once',
  }: { readonly fan: readonly number[]; readonly kills: number; readonly repeat?: Tool['repeat'] },
): Promise<number> {
  return simulate(
    seed,
    async (simulation) => {
      const world: World = { acts: [], fan, repeat, background: seed % 3 === 0 }
      const faults = { crash: 0.06, power: 0.03, full: 0, busy: 0.01, atMost: kills }
      const disk = simulation.faultyCheckpointer((parts) => memoryCheckpointer(parts), faults)
      const deaths = await live(simulation, disk, world)
      disk.heal()
      expect(new Set(world.acts).size, 'a once call ran twice').toBe(world.acts.length)
      const { checkpointer } = await disk.boot()
      await expectWhole(checkpointer, 'root')
      await replayAll(checkpointer)
      return deaths
    },
    { steps: 5_000_000, stall: 30_000 },
  )
}

/** More with `KEEPUP_TREES=…`, each a tree of 50 with ten kills. */
const trees = Number(process.env['KEEPUP_TREES'] ?? 0)

describe('a tree of agents whose processes are killed', () => {
  test.each(Array.from({ length: 8 }, (_, index) => [index + 1]))(
    'ends, acts once, and its budgets add up (seed %i)',
    async (seed) => {
      expect(await life(seed, { fan: [2, 2], kills: 6 })).toBeGreaterThan(0)
    },
  )

  test.each(Array.from({ length: trees }, (_, index) => [1_000 + index]))(
    'ends, acts once, and its budgets add up, with 50 agents (seed %i)',
    async (seed) => {
      expect(await life(seed, { fan: [7, 6], kills: 10 })).toBeGreaterThan(0)
    },
    120_000,
  )

  test('control: where the act is said to be repeatable, crashes repeat it', async () => {
    const ends: string[] = []
    for (let seed = 1; seed <= 20 && !ends.includes('repeated'); seed += 1) {
      const end = await life(seed, { fan: [3], kills: 6, repeat: 'idempotent' }).then(
        () => 'kept',
        (error: unknown) => (String(error).includes('ran twice') ? 'repeated' : Promise.reject(error)),
      )
      ends.push(end)
    }
    expect(ends).toContain('repeated')
  })
})
