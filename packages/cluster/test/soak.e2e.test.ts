import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, inject, onTestFinished, test } from 'vitest'

import { judgeSoak } from './soak/judge-soak.ts'
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
}

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
    const { medianFailover, failovers: _, unknown: __, ...found } = findings
    expect(found).toEqual({
      ended: threads.length,
      doubled: [],
      unfounded: [],
      stale: [],
      orphans: [],
      left: 0,
    })
    expect(medianFailover).toBeLessThan(20_000)
  },
  order.longest + 60_000,
)
