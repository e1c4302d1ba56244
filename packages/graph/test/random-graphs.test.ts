import { memoryCheckpointer } from '@keepup/checkpoint'
import { expect, test } from 'vitest'

import { interpret } from './interpret.ts'
import { tryRandomGraphs } from './random-lives.ts'

const runs = Number(process.env['KEEPUP_GRAPH_RUNS'] ?? 200)
const open = () => memoryCheckpointer({ isOwnerDead: () => true })

test('random graphs, deaths, forks and edits come to what the interpreter comes to, in memory', async () => {
  const tried = await tryRandomGraphs(open, runs)
  console.log(JSON.stringify(tried))
  expect(Math.min(...Object.values(tried))).toBeGreaterThan(0)
}, 600_000)

test('an interpreter that means something else is found out', async () => {
  const wrong: typeof interpret = (plan, position) => {
    const meant = interpret(plan, position)
    return { ...meant, values: { ...meant.values, log: meant.values.log.toSorted() } }
  }
  await expect(tryRandomGraphs(open, 200, wrong)).rejects.toThrow(/Property failed/)
})
