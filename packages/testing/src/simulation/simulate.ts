import type { NewId } from '@keepup/core'

import type { Faults } from './disk-faults.ts'
import { createFaultyDisk, type FaultyDisk } from './faulty-disk.ts'
import { createRandom, type Random } from './random.ts'
import type { CreateStore } from './recorded-store.ts'
import { createScheduler, type SchedulerLimits } from './scheduler.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

/** A world that one number decides: time, ids, salts, chance, the order of tasks, and what the disk does. */
export interface Simulation {
  readonly seed: number
  /** Chance for the test itself. */
  readonly random: Random
  /** Virtual time: it passes only while everything waits. */
  readonly clock: VirtualClock
  /** Ids that are the same for the same seed. */
  readonly newId: NewId
  /** 16 bytes in hexadecimal, the same for the same seed. */
  readonly newSalt: () => string
  /** Waits for a turn: others go on in between, in an order that the seed decides. */
  readonly turn: () => Promise<void>
  /** A disk that fails as the seed says, around any checkpointer. */
  faultyCheckpointer(create: CreateStore, faults?: Faults): FaultyDisk
  /** Runs a body until it ends. An error gains a last line `SEED=…`. */
  run<T>(body: (simulation: Simulation) => Promise<T>): Promise<T>
}

/** Makes the world of a seed. The same seed replays the same run, as long as the body waits only for what the simulation gives it. */
export function createSimulation(seed: number, limits: SchedulerLimits = {}): Simulation {
  const root = createRandom(String(seed))
  const scheduler = createScheduler(root.derive('order'), limits)
  const clock = createVirtualClock(scheduler)
  const ids = root.derive('ids')
  const salts = root.derive('salts')
  const newSalt = (): string => salts.hex(16)
  let disks = 0
  const simulation: Simulation = {
    seed,
    random: root.derive('test'),
    clock,
    newId: () => ids.hex(16),
    newSalt,
    turn: () => scheduler.turn(),
    faultyCheckpointer: (create, faults) => {
      disks += 1
      return createFaultyDisk(
        { random: root.derive(`disk ${disks}`), scheduler, clock, newSalt },
        create,
        faults,
      )
    },
    run: async (body) => {
      try {
        return await scheduler.run(() => body(simulation))
      } catch (error) {
        throw withSeed(error, seed)
      }
    },
  }
  return simulation
}

/**
 * Runs a body in the world of a seed. Where it fails, the error's message ends with `SEED=…`; with `KEEPUP_SEED` in the environment, every
 * `simulate` uses that seed instead of its own.
 */
export async function simulate<T>(
  seed: number,
  body: (simulation: Simulation) => Promise<T>,
  limits: SchedulerLimits = {},
): Promise<T> {
  return createSimulation(chosenSeed(seed), limits).run(body)
}

function chosenSeed(seed: number): number {
  const wanted = process.env['KEEPUP_SEED']
  if (wanted === undefined || wanted === '') return seed
  const number = Number(wanted)
  if (!Number.isSafeInteger(number))
    throw new RangeError(`KEEPUP_SEED must be a whole number, not ${JSON.stringify(wanted)}.`)
  return number
}

function withSeed(error: unknown, seed: number): unknown {
  const line = `SEED=${seed}`
  if (!(error instanceof Error)) return new Error(`${String(error)}\n${line}`, { cause: error })
  if (error.message.endsWith(line)) return error
  const message = `${error.message}\n${line}`
  try {
    return Object.defineProperty(error, 'message', { value: message, configurable: true, writable: true })
  } catch {
    // A frozen error keeps its message; the seed goes around it.
    return new Error(message, { cause: error })
  }
}
