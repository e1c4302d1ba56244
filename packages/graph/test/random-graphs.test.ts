import { memoryCheckpointer } from '@keepup/checkpoint'
import { test } from 'vitest'

import { checkRandomGraphs } from './random-lives.ts'

const runs = Number(process.env['KEEPUP_GRAPH_RUNS'] ?? 150)

test('random graphs, deaths, forks and edits come to what the interpreter comes to, in memory', async () => {
  await checkRandomGraphs(() => memoryCheckpointer({ isOwnerDead: () => true }), runs)
}, 120_000)
