import { join } from 'node:path'

import { describe, expect, test, vi } from 'vitest'

import { checkModel, missingPrograms } from '../check-model.ts'

vi.setConfig({ testTimeout: 180_000 })

const model = join(import.meta.dirname, '../thread.pml')
/** Small enough to be tried in seconds; `pnpm protocol` tries more. */
const macros = { ENDS: 1, DEATHS: 1, LOST: 1 }

const missing = missingPrograms()
if (missing.length > 0) console.warn(`SKIPPED: ${missing.join(', ')} missing; the protocol is not checked`)

describe.skipIf(missing.length > 0)('a thread, its lease and its signals, with every step tried', () => {
  test('no effect twice, no signal twice, nothing recorded twice, nothing by an old lease', async () => {
    const checked = await checkModel(model, { macros })
    expect(checked).toMatchObject({ holds: true })
    expect(checked.states).toBeGreaterThan(1_000_000)
  })

  test('a run ends, whoever dies and whatever lease ends early', async () => {
    expect(await checkModel(model, { macros: { ...macros, LOST: 0 }, ends: true })).toMatchObject({
      holds: true,
    })
  })

  test.each([
    ['appends are not fenced', 'NO_FENCE'],
    ['an effect of which nobody knows what came is repeated', 'REPEAT'],
    ['an effect is not declared before it happens', 'NO_INTENT'],
    ['a sender is known by what waits alone', 'FORGETFUL'],
    ['a signal is removed after the entry that took it', 'TAKE_APART'],
    ['a commit whose answer was lost is sent for the new place', 'BLIND_RETRY'],
  ])('control: where %s, something goes wrong', async (_what, macro) => {
    const { holds } = await checkModel(model, { macros: { ...macros, [macro]: true } })
    expect(holds).toBe(false)
  })

  test('control: where the lease of the dead is kept, a run does not end', async () => {
    const { holds } = await checkModel(model, {
      macros: { ...macros, LOST: 0, KEPT_BY_THE_DEAD: true },
      ends: true,
    })
    expect(holds).toBe(false)
  })
})

test('a model that cannot be read is no proof', async () => {
  if (missing.length > 0) return
  await expect(checkModel('/nowhere.pml')).rejects.toThrow('nowhere.pml')
})
