import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { submitRun } from '@keepup/cluster'
import { startProgram } from '@keepup/vitest/child-process'
import { expect, inject, onTestFinished, test, vi } from 'vitest'

import { runSimulation } from './simulation/run-simulation.ts'
import { judgeSoak } from './soak/judge-soak.ts'
import { openSoak } from './soak/open-soak.ts'
import { runSoak } from './soak/run-soak.ts'

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)

const order = {
  runs: number('KEEPUP_CLUSTER_RUNS', 9),
  blows: number('KEEPUP_CLUSTER_KILLS', 5),
  pause: number('KEEPUP_CLUSTER_PAUSE', 500),
  workers: number('KEEPUP_CLUSTER_WORKERS', 3),
  seed: number('KEEPUP_SEED', 7),
  longest: number('KEEPUP_CLUSTER_LONGEST', 240_000),
}

const common = {
  turns: number('KEEPUP_CLUSTER_TURNS', 6),
  concurrency: 4,
  thinks: number('KEEPUP_CLUSTER_THINKS', 100),
  patience: number('KEEPUP_CLUSTER_PATIENCE', 2_000),
  leaseTtl: number('KEEPUP_CLUSTER_LEASE', 3_000),
  repeat: 'once',
  dies: false,
} as const

test.each(['PostgreSQL, as on machines of their own', 'SQLite, on one machine'])(
  'workers on %s that are killed, stopped and asked to end: every run ends, no effect is doubled, nothing is left',
  async (where) => {
    const folder = await mkdtemp(join(tmpdir(), 'keepup-soak-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const near = where.startsWith('SQLite')
    const settings = {
      ...common,
      near,
      store: near ? join(folder, 'threads.db') : inject('postgresUrl'),
      schema: `soak_${randomBytes(6).toString('hex')}`,
      effects: join(folder, 'effects'),
    }
    const story = await runSoak({ ...order, settings })
    const findings = await judgeSoak(settings, story)
    const { threads, orphaned, ...told } = story
    console.log(where, JSON.stringify({ seed: order.seed, ...told, ...findings, orphaned: orphaned.length }))
    const { medianFailover, failovers: _, unknown: __, happened, ...found } = findings
    expect(found).toEqual({
      ended: threads.length,
      doubled: [],
      unfounded: [],
      stale: [],
      senseless: [],
      orphans: [],
      left: 0,
    })
    expect(medianFailover).toBeLessThan(20_000)
    // What happens to real workers happens to simulated ones.
    const simulated = await runSimulation({ seed: order.seed, workers: 200, runs: 200, store: 'fenced' })
    expect(Object.keys(simulated.happened)).toEqual(expect.arrayContaining(Object.keys(happened)))
  },
  order.longest + 60_000,
)

test.each([
  ['once', 1],
  ['idempotent', 2],
] as const)(
  'an effect of a call that is declared %s, whose worker dies right after it, happens so often: %d',
  async (repeat, times) => {
    const folder = await mkdtemp(join(tmpdir(), 'keepup-soak-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const place = { store: join(folder, 'threads.db'), effects: join(folder, 'effects'), schema: '' }
    const settings = { ...common, ...place, near: true, turns: 2, thinks: 0, repeat, dies: true }
    await using opened = await openSoak(settings)
    await submitRun(opened, { thread: 't', input: 'Go' })
    const start = (id: string, dies: boolean) =>
      startProgram(new URL('soak/soak-worker.ts', import.meta.url), id, JSON.stringify({ ...settings, dies }))
    expect(await start('first', true).ended).toMatchObject({ code: 'SIGKILL' })
    const second = start('second', false)
    onTestFinished(() => void second.process.kill('SIGKILL'))
    const types = async () => (await opened.checkpointer.read('t')).entries.map(({ type }) => type)
    await vi.waitUntil(async () => (await types()).includes('run-finished'), { timeout: 60_000 })
    second.process.kill('SIGTERM')
    await second.ended
    const effects = (await readFile(settings.effects, 'utf8')).trim().split('\n')
    expect(effects).toHaveLength(times)
    expect(new Set(effects).size).toBe(1)
  },
  120_000,
)
