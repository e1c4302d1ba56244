import { memoryCheckpointer } from '@keepup/checkpoint'
import { createWorker, memoryQueue, type QueueStatus, type RunQueue, submitRun } from '@keepup/cluster'
import type { AgentEntry, Checkpointer } from '@keepup/core'
import { createSimulation, type Random, type Simulation } from '@keepup/testing/simulation'

import { allOf } from '../all-of.ts'
import { histogramOf, judgeNews, lineOf, type NewsLine } from '../soak/histogram-of.ts'
import { isEnded, judgeLogs, type LogFindings, readLogs } from '../soak/judge-logs.ts'
import { simulatedAgent } from './simulated-agent.ts'
import { createProcess, type SimulatedProcess } from './simulated-process.ts'
import { checkpointerThrough, queueThrough } from './through-process.ts'
import { unfenced } from './unfenced.ts'

/** What a simulation of workers is told. */
export interface SimulationOrder {
  readonly seed: number
  readonly workers: number
  readonly runs: number
  /** `unfenced` is the control. */
  readonly store: 'fenced' | 'unfenced'
}

/** What came of it. */
export interface SimulationFindings extends LogFindings {
  readonly ended: number
  /** Jobs and claims that are left while there are still workers. */
  readonly left: number
  /** News that make no sense. */
  readonly senseless: readonly NewsLine[]
  readonly happened: Readonly<Record<string, number>>
  readonly blows: Readonly<Record<'kill' | 'stop' | 'end', number>>
  /** Virtual milliseconds. */
  readonly took: number
}

const patience = 10_000
const leaseTtl = 12_000

/** Runs workers in virtual time, of which some are killed, stopped for longer than claims and leases last, or asked to end, until every run has ended. */
export function runSimulation(order: SimulationOrder): Promise<SimulationFindings> {
  const limits = { steps: 20_000 * order.workers, stall: 60_000 }
  return createSimulation(order.seed, limits).run((simulation) => simulated(simulation, order))
}

async function simulated(simulation: Simulation, order: SimulationOrder): Promise<SimulationFindings> {
  const { clock, newId, newSalt, random } = simulation
  const server = { clock, isOwnerDead: () => false }
  const memory = memoryCheckpointer({ ...server, newSalt })
  const checkpointer = order.store === 'fenced' ? memory : unfenced(memory)
  const queue = memoryQueue({ ...server, newId, patience, attempts: 1_000 })
  const begun = clock.now()
  const threads = Array.from({ length: order.runs }, (_, index) => `run-${index}`)
  for (const thread of threads)
    await submitRun({ checkpointer, queue, clock, newId }, { thread, input: 'Go' })
  const crew = createCrew(simulation, order, { checkpointer, queue })
  const left = new Set(threads)
  while (left.size > 0 && clock.now() - begun < 3_600_000) {
    await clock.sleep(2_000)
    for (const thread of left) {
      for await (const { types } of checkpointer.history(thread, { limit: 1 })) {
        if (!types.includes('run-finished')) continue
        if (isEnded(await readLog(checkpointer, thread))) left.delete(thread)
      }
    }
    if (left.size > 0) crew.strike(random)
  }
  const took = clock.now() - begun
  // What came twice, and claims of those that were killed, are found to want nothing.
  for (let round = 0; round < 300 && countLeft(await queue.status()) > 0; round += 1) await clock.sleep(2_000)
  const remains = countLeft(await queue.status())
  await crew.end()
  const logs = await readLogs(checkpointer)
  return {
    ended: threads.filter((thread) => isEnded(logs.get(thread))).length,
    left: remains,
    ...(await judgeLogs(checkpointer, logs, crew.effects)),
    senseless: judgeNews(crew.news),
    happened: histogramOf(crew.news),
    blows: crew.blows,
    took,
  }
}

function countLeft({ waiting, deferred, claims, dead }: QueueStatus): number {
  return waiting + deferred + claims.length + dead
}

async function readLog(checkpointer: Checkpointer, thread: string): Promise<readonly AgentEntry[]> {
  // The threads of a simulation are agents'.
  return (await allOf(checkpointer.log(thread))) as readonly AgentEntry[]
}

interface Member {
  readonly process: SimulatedProcess
  readonly stop: AbortController
  readonly over: Promise<void>
}

interface Servers {
  readonly checkpointer: Checkpointer
  readonly queue: RunQueue
}

/** The workers; one that is killed or asked to end is replaced. */
function createCrew(simulation: Simulation, order: SimulationOrder, servers: Servers) {
  const members: Member[] = []
  const leaving: Member[] = []
  const effects: string[] = []
  const news: NewsLine[] = []
  const blows = { kill: 0, stop: 0, end: 0 }
  let count = 0
  function hire(): Member {
    const id = `worker-${count}`
    count += 1
    const random = simulation.random.derive(id)
    const process = createProcess(simulation, random, {
      skew: random.chance(0.3) ? random.below(600_000) - 300_000 : 0,
      lost: 0.01,
    })
    const checkpointer = checkpointerThrough(process, servers.checkpointer)
    const worker = createWorker({
      id,
      queue: queueThrough(process, servers.queue),
      checkpointer,
      clock: process.clock,
      isOwnerDead: () => false,
      concurrency: 2,
      poll: 2_000,
      // Some are slow to say that they live: slower than the queue is patient.
      beat: random.chance(0.05) ? patience * 1.5 : 3_000,
      // A few look for what is in no line: all of them would look at all threads.
      sweep: count % Math.ceil(order.workers / 8) === 1 ? 5_000 : Infinity,
      grace: 1_000,
      tell: (one) => news.push(lineOf(id, one)),
      runAgent: simulatedAgent({
        process,
        checkpointer,
        newId: simulation.newId,
        happen: (key) => effects.push(key),
        turns: 4,
        thinks: () => 200 + random.below(3_000),
        leaseTtl,
      }),
    })
    const stop = new AbortController()
    return { process, stop, over: worker.work(stop.signal) }
  }
  for (let place = 0; place < order.workers; place += 1) members.push(hire())
  function strikeOne(random: Random, place: number): void {
    const victim = members[place]
    if (victim === undefined) return
    const chance = random.next()
    if (chance < 0.4) {
      blows.stop += 1
      victim.process.stop(random.below(leaseTtl * 3))
      return
    }
    if (chance < 0.8) {
      blows.kill += 1
      victim.process.kill()
    } else {
      blows.end += 1
      victim.stop.abort()
      leaving.push(victim)
    }
    members[place] = hire()
  }
  return {
    effects,
    news,
    blows,
    /** Strikes a tenth of them down, until so many blows as there are workers have fallen. */
    strike(random: Random): void {
      if (blows.kill + blows.stop + blows.end >= order.workers) return
      const victims = Math.ceil(order.workers / 10)
      for (let blow = 0; blow < victims; blow += 1) strikeOne(random, random.below(members.length))
    },
    async end(): Promise<void> {
      for (const { stop } of members) stop.abort()
      await Promise.all([...members, ...leaving].map(({ over }) => over))
    },
  }
}
