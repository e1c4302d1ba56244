import { setTimeout as sleep } from 'node:timers/promises'

import type { Random } from '@keepup/testing/simulation'
import { type Program, startProgram } from '@keepup/vitest/child-process'

import type { Death } from './check-life.ts'
import type { Crash, Ground } from './ground.ts'
import { readJournal, type Step } from './journal.ts'
import type { Place } from './soak-store.ts'
import type { Window, WorkerPlan } from './worker-plan.ts'

/** A worker's life, from its start to its end. */
export interface Life {
  readonly steps: readonly Step[]
  readonly death: Death
}

/** What a life begins with. */
export interface Birth {
  readonly ground: Ground
  readonly place: Place
  readonly life: number
  readonly random: Random
  /** The control. */
  readonly acknowledge?: 'early'
}

const windows: readonly Window[] = ['before', 'inside', 'after']
/** A worker that does nothing for so long is no longer waited for. */
const patience = 60_000

/** Has a worker live on a store until it is killed, by itself in the middle of an operation or from outside at any moment, or with the server. */
export async function live(birth: Birth): Promise<Life> {
  const { ground, random } = birth
  const crash = ground.crashes.length > 0 && random.chance(0.2) ? random.pick(ground.crashes) : undefined
  if (crash !== undefined) return dieWithServer(birth, crash)
  return random.chance(0.5) ? dieByOwnHand(birth) : dieFromOutside(birth)
}

async function dieByOwnHand(birth: Birth): Promise<Life> {
  const window = birth.random.pick(windows)
  const strike = { operation: 1 + birth.random.below(14), window }
  const worker = start(birth, { strike })
  return { steps: await journalOf(worker, birth), death: { window, server: 'lived', killed: 'itself' } }
}

async function dieFromOutside(birth: Birth): Promise<Life> {
  const worker = start(birth, {})
  // 0: while it opens the store.
  await begun(worker, birth.random.below(14))
  await moment(birth.random)
  worker.process.kill('SIGKILL')
  return { steps: await journalOf(worker, birth), death: { server: 'lived', killed: 'from outside' } }
}

async function dieWithServer(birth: Birth, crash: Crash): Promise<Life> {
  const worker = start(birth, crash.outlived ? { only: 'power' } : {})
  const operations = 3 + birth.random.below(12)
  await begun(worker, operations)
  await moment(birth.random)
  await crash.kill(worker, birth.life)
  const { killed, outlived } = crash
  if (outlived) {
    await begun(worker, operations + 3 + birth.random.below(6))
    worker.process.kill('SIGKILL')
  }
  return {
    steps: await journalOf(worker, birth),
    death: { killed, server: outlived ? 'outlived' : 'crashed' },
  }
}

function start(birth: Birth, more: Pick<WorkerPlan, 'strike' | 'only'>): Program {
  const { ground, life, random, acknowledge } = birth
  const plan: WorkerPlan = {
    place: ground.forLife(birth.place, life),
    seed: random.hex(8),
    life,
    ...more,
    ...(acknowledge === undefined ? {} : { acknowledge }),
  }
  return startProgram(new URL('worker.ts', import.meta.url), JSON.stringify(plan))
}

/** Resolves once the worker began so many operations, or ended. */
async function begun(worker: Program, operations: number): Promise<void> {
  const started = performance.now()
  for (;;) {
    const count = worker.lines.filter((line) => line.startsWith('> ')).length
    if (count >= operations || worker.process.exitCode !== null) return
    if (performance.now() - started > patience)
      throw new Error(`a worker began ${count} operations and then no more`)
    await sleep(1)
  }
}

/** A part of the time that an operation takes, or a little more. */
async function moment(random: Random): Promise<void> {
  const until = performance.now() + 6 * random.next() ** 2
  if (random.chance(0.3)) await sleep(random.below(25))
  while (performance.now() < until) await sleep(0)
}

async function journalOf(worker: Program, { ground, life }: Birth): Promise<Step[]> {
  const timeout = setTimeout(() => worker.process.kill('SIGABRT'), patience)
  const { code, complaint } = await worker.ended
  clearTimeout(timeout)
  if (code !== 'SIGKILL' || complaint !== '') throw new Error(`a worker ended with ${code}: ${complaint}`)
  await ground.settled(life)
  return readJournal(worker.lines)
}
