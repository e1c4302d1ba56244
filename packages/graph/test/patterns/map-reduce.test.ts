import type { Model } from '@keepup/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { mapReduce, type MapReduceOptions } from '../../src/patterns/index.ts'
import { brokenModel, live, liveThroughDeaths, modelOf } from './lives.ts'

const double = modelOf((prompt) => String(Number(prompt) * 2)).model
const join = modelOf((prompt) => prompt.replaceAll('\n', '; ')).model
/** Fails at some items. */
const picky: Model = {
  id: 'test/picky',
  stream: (request, signal) =>
    (/[24]/.test(JSON.stringify([...request.messages])) ? brokenModel : double).stream(request, signal),
}

function graphOf(more: Partial<MapReduceOptions<{ readonly n: number }>> = {}) {
  return () =>
    mapReduce({
      item: z.object({ n: z.number() }),
      mapper: { by: double },
      prompt: ({ n }) => String(n),
      reducer: { by: join },
      ...more,
    })
}
const input = { items: [1, 2, 3, 4].map((n) => ({ n })) }

describe('map-reduce', () => {
  test('maps each item and reduces what came of all, wherever it is killed', async () => {
    const { whole, deaths } = await liveThroughDeaths({ graph: graphOf(), input })
    expect(whole.values).toMatchObject({
      answer: '1. [done] 2; 2. [done] 4; 3. [done] 6; 4. [done] 8',
      outcome: { type: 'completed' },
    })
    expect(deaths).toBeGreaterThan(5)
  })

  test('reduces nothing where an item failed, unless it is to go on', async () => {
    const stopped = await live({ graph: graphOf({ mapper: { by: picky } }), input })
    expect(stopped.values).toMatchObject({
      answer: '',
      outcome: { type: 'failed', kind: 'incomplete', message: 'no key\nno key' },
    })
    const { whole } = await liveThroughDeaths({
      graph: graphOf({ mapper: { by: picky }, onFailure: 'go-on' }),
      input,
    })
    expect(whole.values).toMatchObject({
      answer: '1. [done] 2; 2. [failed] no key; 3. [done] 6; 4. [failed] no key',
      outcome: { type: 'completed' },
    })
  })

  test('maps nothing where there is nothing', async () => {
    const empty = graphOf({ reducePrompt: (mapped) => `${mapped.length} of them` })
    expect((await live({ graph: empty, input: { items: [] } })).values.answer).toBe('0 of them')
  })

  test('refuses what is no list of items, and too many', async () => {
    const wrong: unknown[] = [{ n: 1 }, { n: 'two' }]
    await expect(live({ graph: graphOf(), input: { items: wrong as never } })).rejects.toMatchObject({
      details: { pointer: '/1/n' },
    })
    const { outcome } = await live({ graph: graphOf({ most: 3 }), input })
    expect(outcome).toMatchObject({ type: 'failed', failures: [{ code: 'input-invalid' }] })
  })

  test('asks a person before it reduces, wherever it is killed', async () => {
    const { whole } = await liveThroughDeaths({
      graph: graphOf({ approval: {} }),
      input,
      answer: () => ({ approved: false, message: 'no' }),
    })
    expect(whole.values).toMatchObject({
      answer: '',
      outcome: { type: 'refused', by: 'user', message: 'no' },
    })
  })
})
