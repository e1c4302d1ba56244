import { expect, test, vi } from 'vitest'

import { expectWhole, liveAndDie, place } from './kill-place.ts'

// Processes take long to start on a busy machine.
vi.setConfig({ testTimeout: 3_600_000 })

const kills = Number(process.env['KEEPUP_SOP_KILLS'] ?? 30)

test(`killed ${kills} times wherever it is: each run ends, and what may happen only once happens once`, async () => {
  const windows: string[] = []
  for (let run = 0; windows.length < kills; run += 1) {
    const home = await place()
    let moment = 0
    const more = await liveAndDie(home, kills - windows.length, (lines, life) => {
      if (lines.length === 0) return false
      if (moment === 0) moment = performance.now() + (((run * 11 + life) * 37) % 700)
      if (performance.now() < moment) return false
      moment = 0
      return true
    })
    windows.push(...more)
    await expectWhole(home)
  }
  const counts = Object.entries(Object.groupBy(windows, (window) => window)).map(
    ([name, all]) => `${name}: ${all?.length ?? 0}`,
  )
  console.log(counts.join(', '))
  // They struck at work and in gates.
  expect(counts.length).toBeGreaterThan(2)
})
