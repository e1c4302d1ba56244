import { readFile } from 'node:fs/promises'

import type { AgentEntry } from '@keepup/core'

import { histogramOf, judgeNews, type NewsLine } from './histogram-of.ts'
import { isEnded, judgeLogs, type LogFindings, readLogs } from './judge-logs.ts'
import { openSoak } from './open-soak.ts'
import type { SoakStory } from './run-soak.ts'
import type { SoakSettings } from './soak-settings.ts'

/** What is found afterwards, in the logs and in the file of effects. */
export interface SoakFindings extends LogFindings {
  readonly ended: number
  /** News of workers that make no sense. */
  readonly senseless: readonly NewsLine[]
  /** How often workers told what. */
  readonly happened: Readonly<Record<string, number>>
  /** Agents of others that are not over, and threads that no worker will look at again. */
  readonly orphans: readonly string[]
  /** Jobs and claims that are left. */
  readonly left: number
  /** From the kill of a process to the moment when another one had its thread, half of them below. */
  readonly medianFailover: number
  readonly failovers: number
}

/** Looks at everything that a soak left. */
export async function judgeSoak(settings: SoakSettings, story: SoakStory): Promise<SoakFindings> {
  await using opened = await openSoak(settings)
  const { checkpointer, queue } = opened
  const effects = await readLines(settings.effects)
  // A line that a kill cut off is none.
  const news = (await readLines(`${settings.effects}.news`)).flatMap((line) =>
    line.endsWith('}') ? [JSON.parse(line) as NewsLine] : [],
  )
  const logs = await readLogs(checkpointer)
  const status = await queue.status()
  const failovers = story.orphaned.flatMap((one) => failoverOf(logs.get(one.thread) ?? [], one.time))
  return {
    ended: story.threads.filter((thread) => isEnded(logs.get(thread))).length,
    ...(await judgeLogs(checkpointer, logs, effects)),
    senseless: judgeNews(news),
    happened: histogramOf(news),
    orphans: [...logs].flatMap(([thread, log]) => (isOver(log) ? [] : [thread])),
    left: status.waiting + status.deferred + status.claims.length + status.dead,
    medianFailover: failovers.toSorted((a, b) => a - b)[Math.floor(failovers.length / 2)] ?? 0,
    failovers: failovers.length,
  }
}

async function readLines(file: string): Promise<readonly string[]> {
  return (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean)
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
