import type { Checkpointer } from '@keepup/core'
import fc from 'fast-check'
import { expect } from 'vitest'

import {
  assembleGraph,
  forkGraph,
  type Graph,
  graphState,
  resumeGraph,
  runGraph,
  signalGraph,
} from '../src/index.ts'
import { interpret } from './interpret.ts'
import { type Death, mortalCheckpointer } from './mortal-checkpointer.ts'
import { graphOf, type Plan, randomPlan, type RandomValues } from './random-plan.ts'

type RandomGraph = Graph<RandomValues>

/** Where to fork a finished run, as a part of its length, and what is different. */
interface RandomFork {
  readonly part: number
  readonly total: number | undefined
}

const death: fc.Arbitrary<Death> = fc.record({
  commits: fc.integer({ min: 1, max: 12 }),
  stored: fc.boolean(),
})

/** One life of a process: true where it ended by itself. */
async function live(
  graph: RandomGraph,
  inner: Checkpointer,
  thread: string,
  life: { readonly number: number; readonly death: Death | undefined },
): Promise<boolean> {
  const checkpointer = mortalCheckpointer(inner, life.death)
  const owner = { host: 'h', boot: 'b', process: life.number, started: '', instance: `${life.number}` }
  const { status } = await graphState({ graph, checkpointer, thread })
  const run = status === 'empty' ? runGraph : resumeGraph
  try {
    for await (const _ of run({ graph, checkpointer, thread, owner, random: () => 0, snapshotAfter: 3 }));
    return true
  } catch (error) {
    if (!String(error).includes('dead')) throw error
    return false
  }
}

/** Lives until the run is finished. Whatever it waits for is sent, once, as its own. */
async function finish(
  graph: RandomGraph,
  checkpointer: Checkpointer,
  thread: string,
  deaths: readonly Death[],
): Promise<void> {
  for (let number = 1; number < 200; number += 1) {
    await live(graph, checkpointer, thread, { number, death: deaths[number - 1] })
    const { status, waits } = await graphState({ graph, checkpointer, thread })
    if (status === 'finished') return
    if (status !== 'waiting') continue
    for (const { wait } of waits) {
      await signalGraph({
        checkpointer,
        thread,
        name: wait.signal ?? '',
        data: 7,
        id: `${thread}/${wait.id}`,
      })
    }
  }
  throw new Error('the run never ends')
}

/** A whole story: a run with deaths, and a fork of it with others. Its states are those of the interpreter. */
async function check(
  plan: Plan,
  deaths: readonly Death[],
  forks: readonly RandomFork[],
  checkpointer: Checkpointer,
  thread: string,
): Promise<void> {
  const graph = assembleGraph(graphOf(plan))
  await finish(graph, checkpointer, thread, deaths)
  const meant = interpret(plan, {
    values: graph.state.channels.log.initial.length === 0 ? empty : empty,
    tasks: ['n0'],
    steps: 0,
  })
  const ended = await graphState({ graph, checkpointer, thread })
  expect(ended.values).toEqual(meant.values)
  expect(ended.outcome?.type).toBe(meant.tasks.length === 0 ? 'completed' : 'limit-reached')
  for (const [index, { part, total }] of forks.entries()) {
    const at = Math.floor(part * ended.head)
    const to = `${thread}/fork${index}`
    const before = await graphState({ graph, checkpointer, thread, at })
    if (before.status !== 'running' && before.status !== 'waiting') continue
    const isWhole = before.tasks.every(
      ({ status, inner, attempts }) =>
        (status === 'open' || status === 'waiting') && inner === undefined && attempts === 0,
    )
    const update = total !== undefined && isWhole ? { update: { total } } : {}
    await forkGraph({ graph, checkpointer, from: { thread, at }, to, ...update })
    await finish(graph, checkpointer, to, deaths)
    const forked = await graphState({ graph, checkpointer, thread: to })
    if (!isWhole) {
      expect(forked.values).toEqual(meant.values)
      continue
    }
    const values =
      'update' in update ? { ...before.values, total: before.values.total + (total ?? 0) } : before.values
    const tasks = before.tasks.map(({ node, input }) => (input === undefined ? node : { node, input }))
    expect(forked.values).toEqual(interpret(plan, { values, tasks, steps: before.step }).values)
  }
  // Forks changed nothing of what they were forked from.
  expect((await graphState({ graph, checkpointer, thread })).values).toEqual(meant.values)
}

const empty: RandomValues = { log: [], total: 0, last: '' }

/** Random graphs with random deaths, forks and edits come to the state that the interpreter comes to. */
export async function checkRandomGraphs(
  open: () => Promise<Checkpointer> | Checkpointer,
  runs: number,
): Promise<void> {
  const seed = process.env['KEEPUP_SEED']
  let story = 0
  await fc.assert(
    fc.asyncProperty(
      randomPlan,
      fc.array(death, { maxLength: 8 }),
      fc.array(
        fc.record({
          part: fc.double({ min: 0, max: 1, noNaN: true }),
          total: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
        }),
        { maxLength: 2 },
      ),
      async (plan, deaths, forks) => {
        story += 1
        await check(plan, deaths, forks, await open(), `story ${story}`)
      },
    ),
    { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
  )
}
