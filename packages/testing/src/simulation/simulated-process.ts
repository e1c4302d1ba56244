import type { Checkpointer, Clock, Owner } from '@keepup/core'

import { type Machine, reachDisk } from './disk-access.ts'
import { processCheckpointer } from './process-checkpointer.ts'
import { isSimulatedCrash, SimulatedCrash } from './simulated-crash.ts'

/** How a process ended. */
export type ProcessEnd<T> = { readonly type: 'ended'; readonly value: T } | { readonly type: 'crashed' }

/** One process of a simulation. After its crash, everything that it waits for rejects with the marker `SimulatedCrash`. */
export interface SimulatedProcess {
  /** Its process id: 1, 2, 3, … */
  readonly number: number
  /** The disk, as this process reaches it. */
  readonly checkpointer: Checkpointer
  /** Virtual time, for this process. */
  readonly clock: Clock
  /** Aborted by the crash. */
  readonly crashed: AbortSignal
  /** The record under which it takes leases. Once the process crashed, it is provably dead. */
  readonly owner: (instance: string) => Owner
  /** Waits for a turn: put it around effects, so that others come in between and a crashed process has none. */
  readonly turn: () => Promise<void>
  /** Crashes it now. */
  readonly crash: () => void
  /** Runs a body in it. Resolves at once where the process crashes; rejects with what the body rejects with while the process lives. */
  run<T>(body: (process: SimulatedProcess) => Promise<T>): Promise<ProcessEnd<T>>
}

/** Where simulated processes live. */
export const simulatedHost = 'simulation'

/** Starts a process on a machine. */
export function bootProcess(machine: Machine, number: number): SimulatedProcess {
  const controller = new AbortController()
  const crashed = controller.signal
  const crash = (): void => controller.abort(new SimulatedCrash())
  const disk = reachDisk(machine, crashed, crash)
  const process: SimulatedProcess = {
    number,
    crashed,
    crash,
    checkpointer: processCheckpointer(disk),
    clock: {
      now: () => machine.clock.now(),
      sleep: async (duration, signal) => {
        await machine.clock.sleep(
          duration,
          signal === undefined ? crashed : AbortSignal.any([crashed, signal]),
        )
        crashed.throwIfAborted()
      },
    },
    owner: (instance) => ({
      host: simulatedHost,
      boot: 'boot',
      process: number,
      started: String(number),
      instance,
    }),
    turn: () => disk.turn(),
    run: (body) => runUntilCrash(process, body),
  }
  return process
}

async function runUntilCrash<T>(
  process: SimulatedProcess,
  body: (process: SimulatedProcess) => Promise<T>,
): Promise<ProcessEnd<T>> {
  const { crashed } = process
  const crash = new Promise<ProcessEnd<T>>((resolve) => {
    const end = (): void => resolve({ type: 'crashed' })
    if (crashed.aborted) end()
    else crashed.addEventListener('abort', end, { once: true })
  })
  const running = body(process).then(
    (value): ProcessEnd<T> => (crashed.aborted ? { type: 'crashed' } : { type: 'ended', value }),
    (error: unknown): ProcessEnd<T> => {
      if (crashed.aborted || isSimulatedCrash(error)) return { type: 'crashed' }
      throw error
    },
  )
  return Promise.race([crash, running])
}
