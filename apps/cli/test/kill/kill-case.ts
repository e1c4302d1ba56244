import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { DurableEvent, Entry, ThreadId } from '@keepup/core'
import { replayRun } from '@keepup/loop'

import { openStore } from '../../src/store.ts'
import { type FakeServer, startFakeServer } from '../fake-server.ts'
import { attempt, type Attempt, type Kill } from './attempt.ts'
import { answerTo, effectCount, effectsFile, type KillPlan } from './plan.ts'

/** Where a case happens. */
export type Place = Pick<KillCase, 'home' | 'thread'>

/** One run that is killed, perhaps more than once, and resumed until it is finished. */
export interface KillCase {
  readonly plan: KillPlan
  /** One for each process from the first on. */
  readonly kills: readonly Kill[]
  /** The words that start the program, for `run` or `resume`. */
  readonly program: (verb: 'run' | 'resume', server: FakeServer, place: Place) => readonly string[]
  readonly home: string
  /** No other case on this machine may have it: the keys of calls follow from it, and recovery knows processes by those. */
  readonly thread: ThreadId
}

/** What a case came to. */
export interface KillReport {
  /** Where the kills struck. */
  readonly windows: readonly string[]
  /** Promises that were broken; none where all is well. */
  readonly broken: readonly string[]
}

/** The file that the threads of a case are kept in. */
export function storeOf(home: string): string {
  return join(home, 'threads.db')
}

const mostAttempts = 8

/** Runs, kills, resumes until the run is finished, and then looks for broken promises. */
export async function runKillCase({ plan, kills, program, home, thread }: KillCase): Promise<KillReport> {
  await using server = await startFakeServer((request) => answerTo(plan, request))
  const place = { home, thread }
  const windows: string[] = []
  const read: DurableEvent[] = []
  let last: Attempt | undefined
  for (let index = 0; index < mostAttempts && last?.code !== 0; index += 1) {
    const begun = (await entriesOf(place)).length > 0
    const kill = kills[index]
    last = await attempt(program(begun ? 'resume' : 'run', server, place), { home, kill })
    read.push(...last.read)
    if (last.killed && kill !== undefined) {
      windows.push('failpoint' in kill ? kill.failpoint : windowOf(await entriesOf(place), last, home))
    }
  }
  return { windows, broken: await brokenPromises(plan, place, read, last) }
}

async function brokenPromises(
  plan: KillPlan,
  place: Place,
  read: readonly DurableEvent[],
  last: Attempt | undefined,
): Promise<readonly string[]> {
  const entries = await entriesOf(place)
  const effects = effectsOf(place.home)
  const hashes = new Map(entries.map(({ sequence, hash }) => [sequence, hash]))
  return [
    ...(last?.code === 0 && entries.at(-1)?.type === 'run-finished'
      ? []
      : [`not finished: ${last?.code} ${last?.stderr}`]),
    ...read.flatMap(({ sequence, hash, type }) =>
      hashes.get(sequence) === hash
        ? []
        : [`the line of entry ${sequence} (${type}) that was read is not in the log`],
    ),
    ...[...new Set(effects)].flatMap((key) =>
      effects.filter((other) => other === key).length === 1 ? [] : [`${key} happened twice`],
    ),
    ...completedShells(entries).flatMap((key) =>
      effects.includes(key) ? [] : [`${key} is said to have completed and did not`],
    ),
    ...(new Set(effects).size <= effectCount(plan) ? [] : ['there are more effects than were asked for']),
    ...(await replayFaults(entries)),
  ]
}

/** The loop, fed what was recorded, crashes included, must write the same bytes again. */
async function replayFaults(entries: readonly Entry[]): Promise<readonly string[]> {
  try {
    await replayRun(entries)
    return []
  } catch (error) {
    return [`the replay fails: ${error instanceof Error ? error.message : String(error)}`]
  }
}

/** The keys of shell calls whose recorded outcome is `completed`. */
function completedShells(entries: readonly Entry[]): readonly string[] {
  const keys = new Map<string, string>()
  for (const entry of entries as readonly DurableEvent[]) {
    if (entry.type !== 'assistant-message') continue
    for (const part of entry.data.message.content) {
      const [key] = part.type === 'tool-call' ? (/key-\d+/.exec(JSON.stringify(part.input)) ?? []) : []
      if (part.type === 'tool-call' && key !== undefined) keys.set(`${part.id}/${key}`, key)
    }
  }
  return (entries as readonly DurableEvent[]).flatMap((entry, index) => {
    if (
      entry.type !== 'tool-finished' ||
      entry.data.tool !== 'shell' ||
      entry.data.outcome.type !== 'completed'
    )
      return []
    const asked = (entries.slice(0, index) as readonly DurableEvent[]).findLast(
      ({ type }) => type === 'assistant-message',
    )
    const [key] = /key-\d+/.exec(JSON.stringify(asked?.data)) ?? []
    return key === undefined ? [] : [key]
  })
}

/** Where a kill from outside struck, told from what it left. */
function windowOf(entries: readonly Entry[], { streamed }: Attempt, home: string): string {
  const last = entries.at(-1)
  switch (last?.type) {
    case undefined:
      return 'before the first entry'
    case 'model-called':
      return streamed ? 'while the model spoke' : 'while the model was asked'
    case 'assistant-message':
      return 'before the intent'
    case 'tool-started':
    case 'process-started':
      return effectsOf(home).length > completedShells(entries).length
        ? 'after the effect, before its outcome'
        : 'inside the call'
    case 'tool-finished':
      return 'after the outcome'
    case 'run-finished':
      return 'after the end'
    default:
      return `after ${last?.type}`
  }
}

async function entriesOf({ home, thread }: Place): Promise<readonly Entry[]> {
  if (!existsSync(storeOf(home))) return []
  await using store = await openStore({ path: storeOf(home) })
  const entries: Entry[] = []
  for await (const entry of store.checkpointer.log(thread)) entries.push(entry)
  return entries
}

function effectsOf(home: string): readonly string[] {
  const path = join(home, effectsFile)
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : []
}
