import type { Checkpointer, Flush } from '@keepup/core'

import { diskError, type DiskFaults } from './disk-faults.ts'
import type { Operation, RecordedStore } from './recorded-store.ts'
import type { Scheduler } from './scheduler.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** What all processes of a simulation share. */
export interface Machine {
  readonly store: RecordedStore
  readonly scheduler: Scheduler
  readonly clock: VirtualClock
  readonly faults: DiskFaults
  /** A number for each lease that was ever taken. */
  nextLease(): number
  losePower(): Promise<void>
}

/** How a process reaches the disk. */
export interface DiskAccess {
  readonly crashed: AbortSignal
  /** Waits for a turn; fails with the marker where the process crashed. */
  turn(): Promise<void>
  nextLease(): number
  /** Looks at the store. */
  look(): Promise<Checkpointer>
  /** Changes the store without a fault. */
  change<T>(operation: Operation<T>): Promise<T>
  /** Changes the store as a commit or a signal does: faults may meet it. */
  write<T>(operation: Operation<T>, flush: Flush): Promise<T>
}

/** Lets a process reach the disk until it crashes. */
export function reachDisk(machine: Machine, crashed: AbortSignal, crash: () => void): DiskAccess {
  const { store, scheduler, faults } = machine
  const alive = (): void => crashed.throwIfAborted()

  async function turn(): Promise<void> {
    alive()
    await scheduler.turn()
    alive()
  }

  /** Others go on between the change and its acknowledgement. */
  async function change<T>(
    operation: Operation<T>,
  ): Promise<{ readonly result: T; readonly position: number }> {
    await turn()
    const changed = await store.apply(operation, alive)
    await turn()
    return changed
  }

  async function meetFault(operation: Operation<unknown>): Promise<void> {
    const fault = faults.next()
    if (fault === undefined) return
    if (fault.kind === 'full' || fault.kind === 'busy') throw diskError(fault.kind)
    if (fault.moment === 'after') await store.apply(operation, alive).catch(() => undefined)
    if (fault.kind === 'power') await machine.losePower()
    crash()
    alive()
  }

  return {
    crashed,
    turn,
    nextLease: () => machine.nextLease(),
    look: async () => {
      await turn()
      return (await store.target()).checkpointer
    },
    change: async (operation) => (await change(operation)).result,
    write: async (operation, flush) => {
      await turn()
      await meetFault(operation)
      const { result, position } = await change(operation)
      if (flush === 'power') store.acknowledge(position)
      return result
    },
  }
}
