import { readFile } from 'node:fs/promises'

import { verifyThread } from '@keepup/checkpoint'
import type { AgentEntry, Checkpointer, Entry } from '@keepup/core'

import { openSoak } from './open-soak.ts'
import type { SoakStory } from './run-soak.ts'
import type { SoakSettings } from './soak-settings.ts'

/** What is found afterwards, in the logs and in the file of effects. */
export interface SoakFindings {
  readonly ended: number
  /** Effects that happened more than once. */
  readonly doubled: readonly string[]
  /** Calls that are said to be completed and left no effect. */
  readonly unfounded: readonly string[]
  /** Threads in which somebody wrote after another one had taken over, or whose chain is broken. */
  readonly stale: readonly string[]
  /** Agents of others that are not over, and threads that no worker will look at again. */
  readonly orphans: readonly string[]
  /** Jobs and claims that are left. */
  readonly left: number
  /** From the kill of a process to the moment when another one had its thread, half of them below. */
  readonly medianFailover: number
  readonly failovers: number
  readonly unknown: number
}

/** Looks at everything that a soak left. */
export async function judgeSoak(settings: SoakSettings, story: SoakStory): Promise<SoakFindings> {
  await using opened = await openSoak(settings)
  const { checkpointer, queue } = opened
  const effects = (await readFile(settings.effects, 'utf8').catch(() => '')).split('\n').filter(Boolean)
  const happened = new Set<string>()
  const doubled = effects.filter((key) => happened.has(key) || !happened.add(key))
  const logs = await readLogs(checkpointer)
  const finished = [...logs.values()].flat().filter((entry) => entry.type === 'tool-finished')
  const records = finished.flatMap(({ data }) => (data.tool === 'record' ? [data] : []))
  const stale: string[] = []
  for (const [thread, log] of logs) {
    const isWhole = await verifyThread(checkpointer, thread).then(
      () => true,
      () => false,
    )
    if (!isWhole || !tokensGrow(log)) stale.push(thread)
  }
  const status = await queue.status()
  const failovers = story.orphaned.flatMap((one) => failoverOf(logs.get(one.thread) ?? [], one.time))
  return {
    ended: story.threads.filter((thread) => isEnded(logs.get(thread))).length,
    doubled,
    unfounded: records.flatMap(({ key, outcome }) =>
      outcome.type === 'completed' && !happened.has(key) ? [key] : [],
    ),
    stale,
    orphans: [...logs].flatMap(([thread, log]) => (isOver(log) ? [] : [thread])),
    left: status.waiting + status.deferred + status.claims.length + status.dead,
    medianFailover: failovers.toSorted((a, b) => a - b)[Math.floor(failovers.length / 2)] ?? 0,
    failovers: failovers.length,
    unknown: records.filter(({ outcome }) => outcome.type === 'unknown').length,
  }
}

async function readLogs(checkpointer: Checkpointer): Promise<ReadonlyMap<string, readonly AgentEntry[]>> {
  const logs = new Map<string, readonly AgentEntry[]>()
  for await (const { thread } of checkpointer.threads()) {
    const log: Entry[] = []
    for await (const entry of checkpointer.log(thread)) log.push(entry)
    // The threads of a soak are agents'.
    logs.set(thread, log as AgentEntry[])
  }
  return logs
}

/** Each process that took a thread over has a greater token than those before it. */
function tokensGrow(log: readonly AgentEntry[]): boolean {
  const tokens = log.flatMap((entry) =>
    entry.type === 'run-started' || entry.type === 'run-resumed' ? [entry.data.token] : [],
  )
  return tokens.every((token, index) => index === 0 || token > (tokens[index - 1] ?? 0))
}

function isEnded(log: readonly AgentEntry[] = []): boolean {
  const last = log.at(-1)
  return last?.type === 'run-finished' && last.data.outcome.type === 'completed'
}

function isOver(log: readonly AgentEntry[]): boolean {
  const last = log.at(-1)?.type
  return last === 'run-finished' || last === 'agent-released'
}

function failoverOf(log: readonly AgentEntry[], time: number): readonly number[] {
  const next = log.find(
    (entry) => entry.time >= time && (entry.type === 'run-resumed' || entry.type === 'run-started'),
  )
  return next === undefined ? [] : [next.time - time]
}
