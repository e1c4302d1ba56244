import { rewindThread } from '@keepup/checkpoint'
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

/** What happened in random stories, so that a test can say that it tried something. */
export interface Tried {
  stories: number
  deaths: number
  interrupts: number
  rewinds: number
  forks: number
  /** Forks in the middle of a step. */
  within: number
  edits: number
  waits: number
}

/** Where to fork a finished run, as a part of its length, and what is different. */
interface RandomFork {
  readonly part: number
  readonly total: number | undefined
}

/** A graph with a store, and how its processes die. */
interface Story {
  readonly plan: Plan
  readonly graph: Graph<RandomValues>
  readonly checkpointer: Checkpointer
  readonly deaths: readonly Death[]
  readonly means: typeof interpret
  readonly tried: Tried
}

const start: RandomValues = { log: [], total: 0, last: '' }

/** One life of a process. */
async function live({ graph, deaths, tried, ...story }: Story, thread: string, life: number): Promise<void> {
  const checkpointer = mortalCheckpointer(story.checkpointer, deaths[life - 1])
  const owner = { host: 'h', boot: 'b', process: life, started: '', instance: `${life}` }
  const { status } = await graphState({ graph, checkpointer, thread })
  const run = status === 'empty' ? runGraph : resumeGraph
  try {
    const abort = new AbortController()
    let left = deaths[life - 1]?.interrupted ?? Infinity
    const options = {
      graph,
      checkpointer,
      thread,
      owner,
      random: () => 0,
      snapshotAfter: 3,
      signal: abort.signal,
    }
    for await (const { type } of run(options)) {
      left -= 1
      if (left === 0) abort.abort()
      if (type === 'graph-finished' && left <= 0) tried.interrupts += 1
    }
  } catch (error) {
    if (!String(error).includes('dead')) throw error
    tried.deaths += 1
  }
}

/** Lives until the run is finished. Whatever it waits for is sent. */
async function finish(story: Story, thread: string): Promise<void> {
  const { graph, checkpointer, tried } = story
  for (let life = 1; life < 200; life += 1) {
    await live(story, thread, life)
    const { status, waits, outcome } = await graphState({ graph, checkpointer, thread })
    if (status === 'finished' && outcome?.type !== 'interrupted') return
    for (const { wait } of status === 'waiting' ? waits : []) {
      const id = `${thread}/${wait.id}`
      await signalGraph({ checkpointer, thread, name: wait.signal ?? '', data: 7, id })
      tried.waits += 1
    }
  }
  throw new Error('the run never ends')
}

/** A whole story: a run with deaths, and forks of it with others. Its states are those of the interpreter. */
async function tell(story: Story, thread: string, forks: readonly RandomFork[]): Promise<void> {
  const { plan, graph, checkpointer, means, tried } = story
  tried.stories += 1
  await finish(story, thread)
  const meant = means(plan, { values: start, tasks: ['n0'], steps: 0 })
  const ended = await graphState({ graph, checkpointer, thread })
  expect(ended.values).toEqual(meant.values)
  expect(ended.outcome?.type).toBe(meant.tasks.length === 0 ? 'completed' : 'limit-reached')
  for (const [index, fork] of forks.entries()) {
    await tellFork(
      story,
      { thread, at: 1 + Math.floor(fork.part * (ended.head - 1)) },
      `${thread}/${index}`,
      fork,
    )
  }
  // Forks changed nothing of what they were forked from.
  expect((await graphState({ graph, checkpointer, thread })).values).toEqual(meant.values)
  await rewindThread({ checkpointer, thread, to: 1 + Math.floor((forks[0]?.part ?? 0) * (ended.head - 1)) })
  const back = await graphState({ graph, checkpointer, thread })
  if (back.status === 'empty' || (back.status === 'finished' && back.outcome?.type !== 'interrupted')) return
  tried.rewinds += 1
  await finish(story, thread)
  expect((await graphState({ graph, checkpointer, thread })).values).toEqual(meant.values)
}

async function tellFork(
  story: Story,
  from: { readonly thread: string; readonly at: number },
  to: string,
  { total }: RandomFork,
): Promise<void> {
  const { plan, graph, checkpointer, means, tried } = story
  const before = await graphState({ graph, checkpointer, ...from })
  if (before.status !== 'running' && before.status !== 'waiting') return
  const isWhole = before.tasks.every(
    ({ status, inner, attempts }) =>
      (status === 'open' || status === 'waiting') && inner === undefined && attempts === 0,
  )
  const edit = isWhole ? total : undefined
  await forkGraph({
    graph,
    checkpointer,
    from,
    to,
    ...(edit === undefined ? {} : { update: { total: edit } }),
  })
  await finish(story, to)
  tried.forks += 1
  tried.within += isWhole ? 0 : 1
  tried.edits += edit === undefined ? 0 : 1
  const tasks = before.tasks.map(({ node, input }) => (input === undefined ? node : { node, input }))
  const values = { ...before.values, total: before.values.total + (edit ?? 0) }
  const meant = isWhole
    ? means(plan, { values, tasks, steps: before.step })
    : means(plan, { values: start, tasks: ['n0'], steps: 0 })
  expect((await graphState({ graph, checkpointer, thread: to })).values).toEqual(meant.values)
}

const death: fc.Arbitrary<Death> = fc.record({
  commits: fc.integer({ min: 1, max: 12 }),
  stored: fc.boolean(),
  interrupted: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
})

const fork: fc.Arbitrary<RandomFork> = fc.record({
  part: fc.integer({ min: 0, max: 99 }).map((part) => part / 100),
  total: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
})

/** Random graphs with random deaths, forks and edits come to the state that an interpreter comes to. Says what was tried. */
export async function tryRandomGraphs(
  open: () => Checkpointer,
  runs: number,
  means: typeof interpret = interpret,
): Promise<Tried> {
  const seed = process.env['KEEPUP_SEED']
  const tried: Tried = {
    stories: 0,
    deaths: 0,
    interrupts: 0,
    rewinds: 0,
    forks: 0,
    within: 0,
    edits: 0,
    waits: 0,
  }
  await fc.assert(
    fc.asyncProperty(
      randomPlan,
      fc.array(death, { maxLength: 8 }),
      fc.array(fork, { minLength: 1, maxLength: 2 }),
      async (plan, deaths, forks) => {
        const graph = assembleGraph(graphOf(plan))
        const story = { plan, graph, checkpointer: open(), deaths, means, tried }
        await tell(story, `story ${tried.stories}`, forks)
      },
    ),
    { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
  )
  return tried
}
