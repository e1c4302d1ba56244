import { afterAll, expect, test } from 'vitest'

import { soakWals } from '../soak-wals.ts'
import { soak, soakControl } from '../soak.ts'

/** KEEPUP_KILLS=1000 for a long run; `pnpm soak` prints its progress. */
const kills = Number(process.env['KEEPUP_KILLS'] ?? 5)
const seed = process.env['KEEPUP_SEED'] ?? String(Date.now() % 1_000_000)
const patience = 60_000 + kills * 10_000

afterAll(() => console.log(`SEED=${seed}`))

test.each(['sqlite', 'postgres'] as const)(
  'kills lose, repeat, tear and reorder nothing that %s acknowledged',
  async (backend) => {
    const soaked = await soak({ backend, kills, seed, jobs: 2, killsPerStore: Math.max(5, kills / 10) })
    console.log(`${backend}: ${soaked.acknowledged} acknowledged\n${soaked.windows.lines().join('\n')}`)
    expect(soaked.kills).toBe(kills)
    expect(soaked.acknowledged).toBeGreaterThan(0)
  },
  patience,
)

test('the control, which acknowledges before it commits, is noticed', async () => {
  expect(await soakControl('sqlite', 'control')).toBeGreaterThan(0)
}, 120_000)

test('a damaged write-ahead log opens as an exact beginning of what was written', async () => {
  const { wals, kept, control } = await soakWals({ wals: Math.max(12, kills / 3), seed })
  console.log(`damaged logs\n${kept.lines().join('\n')}`)
  expect(wals).toBeGreaterThanOrEqual(12)
  expect(control).toBeGreaterThan(0)
}, 120_000)
