import type { Owner } from '@keepup/core'

import type { Machine } from './disk-access.ts'
import { drawDiskFaults, type Fault, type Faults } from './disk-faults.ts'
import type { Random } from './random.ts'
import { type CreateStore, RecordedStore } from './recorded-store.ts'
import type { Scheduler } from './scheduler.ts'
import { bootProcess, simulatedHost, type SimulatedProcess } from './simulated-process.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A disk that fails as the seed says, and the processes that use it. */
export interface FaultyDisk {
  /** Starts a process. Once it crashed, start the next: it finds what the disk kept. */
  boot(): Promise<SimulatedProcess>
  /** What happened so far. */
  readonly faults: readonly Fault[]
  /** No further faults from now on, for looking at what is left. */
  heal(): void
  /** Loses power now: every process crashes, and what was not acknowledged with `flush: 'power'` may be gone. Gives how many operations are. */
  losePower(): Promise<number>
}

/** What a disk needs of its simulation. */
export interface DiskParts {
  readonly random: Random
  readonly scheduler: Scheduler
  readonly clock: VirtualClock
  readonly newSalt: () => string
}

/** Makes a faulty disk around any checkpointer that is built from the given parts. */
export function createFaultyDisk(parts: DiskParts, create: CreateStore, rates: Faults = {}): FaultyDisk {
  const { random, scheduler, clock, newSalt } = parts
  const processes: SimulatedProcess[] = []
  const faults = drawDiskFaults(random.derive('faults'), rates)
  const isOwnerDead = ({ host, process }: Owner): boolean =>
    host === simulatedHost && (processes[process - 1]?.crashed.aborted ?? false)
  const store = new RecordedStore(create, { clock, newSalt, isOwnerDead }, random.derive('power'))
  const losePower = async (): Promise<number> => {
    for (const process of processes) process.crash()
    return store.losePower()
  }
  let leases = 0
  const nextLease = (): number => (leases += 1)
  const machine: Machine = {
    store,
    scheduler,
    clock,
    faults,
    nextLease,
    losePower: async () => void (await losePower()),
  }
  return {
    faults: faults.happened,
    heal: () => faults.stop(),
    losePower,
    boot: async () => {
      await store.target()
      const process = bootProcess(machine, processes.length + 1)
      processes.push(process)
      return process
    },
  }
}
