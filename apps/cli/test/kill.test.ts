import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { failpointNames } from '@keepup/testing/failpoints'
import { afterAll, expect, test } from 'vitest'

import { buildProgram } from './build-program.ts'
import type { FakeServer } from './fake-server.ts'
import type { Kill } from './kill/attempt.ts'
import { type KillCase, type KillReport, type Place, runKillCase, storeOf } from './kill/kill-case.ts'
import { effectPlan } from './kill/plan.ts'
import { createRandom } from './kill/random.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** How many kills: a few by default, KEEPUP_KILLS for a long night. */
const kills = Number(process.env['KEEPUP_KILLS'] ?? failpointNames.length + 5)
/** The program as it is published, unless KEEPUP_MAIN names another one. */
const main = process.env['KEEPUP_MAIN'] ?? (await buildProgram())
if (process.env['KEEPUP_MAIN'] === undefined) afterAll(() => rmSync(dirname(main), { recursive: true }))
const seed = Number(process.env['KEEPUP_SEED'] ?? 20261120)

function keepupProgram(
  verb: 'run' | 'resume',
  server: FakeServer,
  { home, thread }: Place,
): readonly string[] {
  const flags = ['--model', server.model, '--store', storeOf(home), '--mode', 'yolo', '--json']
  return verb === 'run'
    ? [main, 'run', 'do the plan', '--thread', thread, ...flags]
    : [main, 'resume', thread, ...flags]
}

function forgetfulProgram(
  verb: 'run' | 'resume',
  server: FakeServer,
  { home, thread }: Place,
): readonly string[] {
  const file = fileURLToPath(import.meta.resolve('./kill/without-intent.ts'))
  return ['--conditions=@keepup/source', file, storeOf(home), thread, home, server.url, verb]
}

/** Two of three kills strike at a failpoint, each in its turn; the others come from outside at a random moment. */
function chooseCase(index: number, folder: string): KillCase {
  const random = createRandom(seed + index)
  const home = join(folder, String(index))
  mkdirSync(home)
  const name =
    index % 3 < 2 || index < failpointNames.length ? failpointNames[index % failpointNames.length] : undefined
  const isSnapshot = name?.startsWith('snapshot') === true
  const hit = isSnapshot || name === 'final-before-commit' ? 1 : 1 + random(5)
  const first: Kill = name === undefined ? { lines: random(40), delay: random(30) } : { failpoint: name, hit }
  // Some are killed again while they recover.
  const second: readonly Kill[] = random(4) === 0 ? [{ lines: 1 + random(8), delay: random(20) }] : []
  return {
    plan: effectPlan(3),
    kills: [first, ...second],
    program: keepupProgram,
    home,
    thread: `kill-${process.pid}-${index}`,
  }
}

async function runAll(cases: readonly KillCase[]): Promise<readonly KillReport[]> {
  const reports: KillReport[] = []
  const waiting = [...cases.entries()]
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      reports[next[0]] = await runKillCase(next[1])
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return reports
}

function histogram(reports: readonly KillReport[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const window of reports.flatMap(({ windows }) => windows))
    counts.set(window, (counts.get(window) ?? 0) + 1)
  return new Map([...counts].toSorted(([a], [b]) => a.localeCompare(b)))
}

test(
  `${kills} kills: every run is finished, no line that was read is lost, nothing happens twice`,
  { timeout: 120_000 + kills * 10_000 },
  async () => {
    const folder = temporaryFolder()
    const cases = Array.from({ length: kills }, (_, index) => chooseCase(index, folder))
    const reports = await runAll(cases)
    const windows = histogram(reports)
    console.log(
      `SEED=${seed}\n${[...windows].map(([name, count]) => `${String(count).padStart(5)}  ${name}`).join('\n')}`,
    )
    expect(reports.flatMap(({ broken }, index) => broken.map((what) => `case ${index}: ${what}`))).toEqual([])
    const least = Math.min(20, Math.floor(kills / failpointNames.length / 2) || 1)
    for (const name of failpointNames) expect.soft(windows.get(name) ?? 0, name).toBeGreaterThanOrEqual(least)
  },
)

test(
  'control: without recorded intents the same kill makes an effect happen twice',
  { timeout: 60_000 },
  async () => {
    const home = temporaryFolder()
    const kill: Kill = { failpoint: 'effect-after', hit: 1 }
    const { windows, broken } = await runKillCase({
      plan: effectPlan(2),
      kills: [kill],
      program: forgetfulProgram,
      home,
      thread: `control-${process.pid}`,
    })
    expect(windows).toEqual(['effect-after'])
    expect(broken.join('\n')).toContain('happened twice')
  },
)
