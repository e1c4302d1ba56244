import { memoryCheckpointer } from '@keepup/checkpoint'
import { type Checkpointer, type Entry, isLive, KeepupError, type NewSignal, type Repeat } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import {
  type FaultyDisk,
  isSimulatedCrash,
  simulate,
  type SimulatedProcess,
  type Simulation,
} from '@keepup/testing/simulation'
import { describe, expect, test } from 'vitest'

import { createOrchestrator, loopDefaults, replayRun } from '../src/index.ts'
import { completed, coordinator, type TestTool } from './harness.ts'

/** What happened outside, which no crash undoes. */
interface World {
  readonly effects: string[]
  /** Durable lines that a reader of some process had seen. */
  readonly seen: Map<string, string>
  readonly sent: string[]
  processes: number
  /** What the agent is told of the call that must not be repeated: `once`, or a lie for the control. */
  readonly act: Repeat
}

/** The tools of the simulated agent: each run of one leaves its mark in the world, with turns before and after it. */
function tools(process: SimulatedProcess, world: World, act: Repeat): Readonly<Record<string, TestTool>> {
  const run: TestTool['run'] = async (_, { call }) => {
    await process.turn()
    world.effects.push(`${call.name} ${call.key}`)
    await process.turn()
    return completed(`${call.name} done`)
  }
  return { look: { repeat: 'safe', run }, put: { repeat: 'idempotent', run }, act: { repeat: act, run } }
}

/** A script that chance wrote: turns with calls, now and then a failure, at last an answer. */
function script({ random }: Simulation): readonly object[] {
  const turns = Array.from({ length: 2 + random.below(4) }, () => {
    if (random.chance(0.15)) return { fail: { kind: 'overloaded', message: 'busy', retryable: true } }
    const names = Array.from({ length: 1 + random.below(3) }, () => ['look', 'put', 'act'][random.below(3)])
    return { calls: names.map((name) => ({ name, input: {} })) }
  })
  return [...turns, { text: 'all done', repeat: true }]
}

async function runOnce(
  simulation: Simulation,
  process: SimulatedProcess,
  steps: readonly object[],
  world: World,
): Promise<string> {
  world.processes += 1
  const run = createOrchestrator({
    ...loopDefaults,
    checkpointer: process.checkpointer,
    models: [scriptedModel({ steps }, { clock: process.clock })],
    tools: coordinator(tools(process, world, world.act)),
    system: 'simulated',
    mode: 'yolo',
    clock: process.clock,
    newId: simulation.newId,
    owner: process.owner(String(world.processes)),
    group: simulation.seed % 2 === 0,
    announce: () => {},
  })
  let last = ''
  for await (const event of run({ thread: 't', input: 'Go', inputId: 'go' })) {
    if (isLive(event)) continue
    world.seen.set(`${event.sequence}`, event.hash)
    last = event.type
  }
  return last
}

/** Runs, crashes and runs again until the agent has finished. */
async function live(simulation: Simulation, disk: FaultyDisk, world: World): Promise<void> {
  const steps = script(simulation)
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const process = await disk.boot()
    try {
      const end = await process.run(() => runOnce(simulation, process, steps, world))
      if (end.type === 'ended' && end.value === 'run-finished') return
    } catch (error) {
      if (KeepupError.is(error, 'input-invalid')) return
      if (!KeepupError.is(error, 'database-full') && !KeepupError.is(error, 'database-busy')) throw error
      process.crash()
    }
  }
  throw new Error('the agent never finished')
}

/** Another process that steers, whatever happens to it. */
async function steer(simulation: Simulation, disk: FaultyDisk, world: World): Promise<void> {
  for (let index = 0; index < 4; index += 1) {
    await simulation.clock.sleep(simulation.random.below(20))
    const process = await disk.boot()
    const message = { role: 'user', content: [{ type: 'text', text: `steer ${index}` }] }
    const signal: NewSignal = {
      id: `s${index}`,
      thread: 't',
      channel: 'steers',
      type: 'steer',
      time: 1,
      by: 'user',
      data: { message },
    }
    await process
      .run(async () => {
        const [receipt] = await process.checkpointer.signal([signal], 'power')
        if (receipt === 'accepted') world.sent.push(signal.id)
      })
      .catch((error: unknown) => {
        if (!KeepupError.is(error) && !isSimulatedCrash(error)) throw error
      })
  }
}

async function logOf(checkpointer: Checkpointer): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for await (const entry of checkpointer.log('t')) entries.push(entry)
  return entries
}

/** One simulated life; the promises are checked when it is over. */
async function life(simulation: Simulation, act: Repeat = 'once'): Promise<readonly Entry[]> {
  const world: World = { effects: [], seen: new Map(), sent: [], processes: 0, act }
  const disk = simulation.faultyCheckpointer((parts) => memoryCheckpointer(parts))
  await Promise.all([live(simulation, disk, world), steer(simulation, disk, world)])
  disk.heal()
  const after = await disk.boot()
  // Steers that came too late are heeded by one more run.
  await after
    .run(() => runOnce(simulation, after, script(simulation), world))
    .catch((error: unknown) => {
      if (!KeepupError.is(error, 'input-invalid')) throw error
    })
  const recorded = await logOf(after.checkpointer)
  const acts = world.effects.filter((effect) => effect.startsWith('act '))
  expect(new Set(acts).size, 'a once call ran twice').toBe(acts.length)
  const taken = recorded.flatMap(({ cause }) => (typeof cause === 'string' && cause !== 'go' ? [cause] : []))
  expect(
    taken.filter((id) => world.sent.includes(id)),
    'signals taken once and in order',
  ).toEqual(world.sent)
  if (!disk.faults.some(({ kind }) => kind === 'power')) {
    for (const [sequence, hash] of world.seen) {
      expect(recorded[Number(sequence) - 1]?.hash, `line ${sequence} that was read is gone`).toBe(hash)
    }
  }
  await replayRun(recorded)
  return recorded
}

/** More with `KEEPUP_LIVES=…`. */
const lives = Number(process.env['KEEPUP_LIVES'] ?? 60)

describe('a simulated life', () => {
  test.each(Array.from({ length: lives }, (_, index) => [index + 1]))(
    'keeps every promise (seed %i)',
    async (seed) => {
      const recorded = await simulate(seed, (simulation) => life(simulation))
      expect(recorded.at(-1)?.type).toBe('run-finished')
    },
  )

  test('is the same for the same seed', async () => {
    const hashes = async () => (await simulate(7, (simulation) => life(simulation))).map(({ hash }) => hash)
    expect(await hashes()).toEqual(await hashes())
  })

  test('control: where the loop is told that a call may be repeated, crashes do repeat it', async () => {
    const ends = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        simulate(index + 1, (simulation) => life(simulation, 'idempotent')).then(
          () => 'kept',
          (error: unknown) => (String(error).includes('ran twice') ? 'repeated' : Promise.reject(error)),
        ),
      ),
    )
    expect(ends).toContain('repeated')
  })
})
