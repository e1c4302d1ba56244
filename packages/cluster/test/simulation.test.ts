import { expect, test } from 'vitest'

import { runSimulation } from './simulation/run-simulation.ts'

const workers = Number(process.env['KEEPUP_SIMULATED_WORKERS'] ?? 200)
const seed = Number(process.env['KEEPUP_SEED'] ?? 7)

test('workers that are killed, stopped, slow, cut off, and whose clocks are wrong: every run ends, no effect is doubled, nobody writes who lost the thread', async () => {
  const begun = performance.now()
  const { happened, blows, took, unknown, ...found } = await runSimulation({
    seed,
    workers,
    runs: workers,
    store: 'fenced',
  })
  if (process.env['KEEPUP_SIMULATED_WORKERS'] !== undefined) {
    console.log(
      JSON.stringify({
        workers,
        seed,
        seconds: (performance.now() - begun) / 1_000,
        took,
        blows,
        unknown,
        happened,
      }),
    )
  }
  expect(found).toEqual({ ended: workers, left: 0, doubled: [], unfounded: [], stale: [], senseless: [] })
  // What it is about did happen.
  expect(blows.kill).toBeGreaterThan(0)
  expect(Object.keys(happened)).toEqual(
    expect.arrayContaining(['lost', 'claimed submitted again', 'settled again handed-over']),
  )
}, 3_600_000)

test('the control: where the store does not look at who writes, the same blows double effects', async () => {
  const { doubled } = await runSimulation({ seed, workers: 100, runs: 100, store: 'unfenced' })
  expect(doubled).not.toEqual([])
})
