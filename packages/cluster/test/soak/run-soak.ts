import { setTimeout as sleep } from 'node:timers/promises'

import { submitRun } from '@keepup/cluster'
import { type Program, startProgram } from '@keepup/vitest/child-process'

import { type OpenSoak, openSoak } from './open-soak.ts'
import type { SoakSettings } from './soak-settings.ts'

/** What a soak is told beside what its workers are. */
export interface SoakOrder {
  readonly settings: SoakSettings
  readonly runs: number
  readonly workers: number
  /** How many processes are killed, stopped for a while, or asked to end. */
  readonly blows: number
  /** Between two blows on average, in milliseconds. */
  readonly pause: number
  readonly seed: number
  /** After so long it is given up. */
  readonly longest: number
}

/** What happened in a soak. */
export interface SoakStory {
  readonly threads: readonly string[]
  readonly blows: Readonly<Record<'kill' | 'stop' | 'end', number>>
  /** Threads that a killed process had claimed, and when that was. */
  readonly orphaned: readonly { readonly thread: string; readonly time: number }[]
  /** What was ended when it was given up. */
  readonly ended: number
  readonly took: number
}

/** Has workers run threads while they are killed, stopped and asked to end at random, until every run has ended. */
export async function runSoak(order: SoakOrder): Promise<SoakStory> {
  const { settings, runs, seed } = order
  const random = seeded(seed)
  await using opened = await openSoak(settings)
  const begun = Date.now()
  const threads = Array.from({ length: runs }, (_, index) => `run-${index}`)
  for (const thread of threads) await submitRun(opened, { thread, input: 'Go' })
  const crew = createCrew(order, random)
  const blows = { kill: 0, stop: 0, end: 0 }
  const orphaned: { thread: string; time: number }[] = []
  let ended = 0
  try {
    while (ended < runs && Date.now() - begun < order.longest) {
      await sleep(order.pause * (0.5 + random()))
      ended = await countEnded(opened, threads)
      if (ended === runs || blows.kill + blows.stop + blows.end >= order.blows) continue
      const { claims } = await opened.queue.status()
      // Whoever has nothing to lose is left alone.
      const victim = crew.pick(new Set(claims.map(({ worker }) => worker)))
      if (victim === undefined) continue
      const kind = first[blows.kill + blows.stop + blows.end] ?? kindOf(random())
      blows[kind] += 1
      crew.strike(victim, kind)
      if (kind !== 'kill') continue
      const time = Date.now()
      for (const { thread, worker } of claims) if (worker === victim.id) orphaned.push({ thread, time })
    }
  } finally {
    await crew.end()
  }
  return { threads, blows, orphaned, ended, took: Date.now() - begun }
}

/** Also a short soak has some of each. */
const first: readonly ('kill' | 'stop' | 'end')[] = ['kill', 'stop', 'kill', 'end', 'kill']

function kindOf(chance: number): 'kill' | 'stop' | 'end' {
  if (chance < 0.6) return 'kill'
  return chance < 0.9 ? 'stop' : 'end'
}

async function countEnded({ checkpointer }: OpenSoak, threads: readonly string[]): Promise<number> {
  let ended = 0
  for (const thread of threads) {
    for await (const { types } of checkpointer.history(thread, { limit: 1 })) {
      if (!types.includes('run-finished')) continue
      const { entries } = await checkpointer.read(thread)
      const last = entries.at(-1)?.data as { readonly outcome?: { readonly type: string } } | undefined
      if (last?.outcome?.type === 'completed') ended += 1
    }
  }
  return ended
}

interface Member {
  readonly id: string
  readonly program: Program
}

/** The processes of the workers; one that is struck down is replaced. */
function createCrew({ settings, workers, seed }: SoakOrder, random: () => number) {
  let count = 0
  const members = new Map<number, Member>()
  const stopped = new Set<Promise<void>>()
  const everyone: Program[] = []
  function hire(place: number): void {
    const id = `worker-${seed}-${count}`
    count += 1
    const program = startProgram(new URL('soak-worker.ts', import.meta.url), id, JSON.stringify(settings))
    everyone.push(program)
    members.set(place, { id, program })
  }
  for (let place = 0; place < workers; place += 1) hire(place)
  async function stopForAWhile({ program }: Member): Promise<void> {
    program.process.kill('SIGSTOP')
    await sleep(settings.patience * 2 * random())
    program.process.kill('SIGCONT')
  }
  return {
    pick(busy: ReadonlySet<string>): Member | undefined {
      const all = [...members.values()].filter(({ id }) => busy.has(id))
      return all[Math.floor(random() * all.length)]
    },
    strike(victim: Member, kind: 'kill' | 'stop' | 'end'): void {
      if (kind === 'stop') {
        stopped.add(stopForAWhile(victim))
        return
      }
      victim.program.process.kill(kind === 'kill' ? 'SIGKILL' : 'SIGTERM')
      const place = [...members].find(([, member]) => member === victim)?.[0]
      if (place !== undefined) hire(place)
    },
    async end(): Promise<void> {
      await Promise.all(stopped)
      for (const { process } of everyone) process.kill('SIGTERM')
      await Promise.all(everyone.map(({ ended }) => ended))
    },
  }
}

/** Numbers from 0 to 1 that follow from a seed: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
