import { expect, test, vi } from 'vitest'

import { expectWhole, liveAndDie, place } from './kill-place.ts'

// Processes take long to start on a busy machine.
vi.setConfig({ testTimeout: 600_000 })

test('killed while a gate runs: the check runs again; what may happen only once is asked about, not repeated', async () => {
  const home = await place()
  const windows = await liveAndDie(
    home,
    2,
    (_, life) =>
      home.effects().filter((line) => line.endsWith('begun')).length >
        home.effects().filter((line) => line.endsWith('ended')).length &&
      home.effects().at(-1) === (life === 0 ? 'check begun' : 'publish begun'),
  )
  expect(windows).toEqual(['work in a gate', 'publish in a gate'])
  await expectWhole(home)
  expect(home.effects().filter((line) => line === 'check begun')).toHaveLength(2)
})
