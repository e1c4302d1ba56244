import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Play, step } from './parts/program-play.ts'

test('any program of commits, signals, leases, forks and rewinds gives what copying everything would give', async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (program) => {
    const play = new Play()
    for (const taken of program) await play.step(taken)
    await play.compare()
  })
  await expect(fc.assert(property, { numRuns: 150 })).resolves.toBeUndefined()
})
