import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Checkpointer, Model, ModelRequest } from '@keepup/core'
import { expect } from 'vitest'

import {
  answerGraph,
  type ChannelUpdate,
  type ChannelValues,
  type Graph,
  type GraphState,
  graphState,
  resumeGraph,
  runGraph,
} from '../../src/index.ts'
import { type Death, mortalCheckpointer } from '../mortal-checkpointer.ts'
import { collect } from '../scene.ts'

/** A model that answers what a function of its prompt says: a text, or what becomes JSON. */
export function modelOf(answer: (prompt: string, request: ModelRequest) => unknown) {
  const asked: string[] = []
  const model: Model = {
    id: 'test/model',
    async *stream(request) {
      const prompt = wordsIn(request)
      asked.push(prompt)
      const said = answer(prompt, request)
      const text = typeof said === 'string' ? said : JSON.stringify(said)
      const usage = { input: 1, cached: 0, cacheWritten: 0, output: 1, reasoning: 0 }
      const content = text === '' ? [] : [{ type: 'text', text } as const]
      yield { type: 'finished', message: { role: 'assistant', content }, reason: 'stop', usage }
    },
  }
  return { model, asked }
}

/** A model that cannot be reached. */
export const brokenModel: Model = {
  id: 'test/broken',
  async *stream() {
    yield { type: 'failed', failure: { kind: 'unauthorised', message: 'no key', retryable: false } }
  },
}

function wordsIn({ messages }: ModelRequest): string {
  return [...messages]
    .flatMap(({ content }) => content.map((part) => ('text' in part ? part.text : '')))
    .join('\n')
}

/** How a graph is made over a checkpointer, what it is given, and what persons answer. */
export interface Plot<Values extends ChannelValues> {
  graph(checkpointer: Checkpointer): Graph<Values>
  readonly input: ChannelUpdate<Values>
  answer?(question: string, asked: number): unknown
}

/** Runs a plot to its end in one process. */
export async function live<Values extends ChannelValues>(
  plot: Plot<Values>,
  checkpointer: Checkpointer = newMemory(),
  thread: string = 't',
): Promise<GraphState<Values>> {
  const run = { graph: plot.graph(checkpointer), checkpointer, thread }
  const { status } = await graphState(run)
  await collect(status === 'empty' ? runGraph({ ...run, input: plot.input }) : resumeGraph(run))
  for (let asked = 1; asked < 10; asked += 1) {
    const { waits } = await graphState(run)
    const person = waits.find(({ wait }) => wait.for === 'person')
    if (person === undefined || plot.answer === undefined) break
    const answer = plot.answer(person.wait.question?.text ?? '', asked)
    await answerGraph({ ...run, node: person.node, answer, id: `answer-${person.wait.id}` })
    await collect(resumeGraph(run))
  }
  return graphState(run)
}

let threads = 0
/** Lives may share a store. */
function newThread(): string {
  return `life ${(threads += 1)}`
}

/** Runs a plot once undisturbed, then once for each commit with a death at it, before and after it is stored; each must come to the same values. */
export async function liveThroughDeaths<Values extends ChannelValues>(
  plot: Plot<Values>,
  open: () => Checkpointer = newMemory,
): Promise<{ readonly whole: GraphState<Values>; readonly deaths: number }> {
  const whole = await live(plot, open(), newThread())
  let deaths = 0
  for (let commits = 1; ; commits += 1) {
    const died = [
      await dieOnce(plot, open(), { commits, stored: true }, whole),
      await dieOnce(plot, open(), { commits, stored: false }, whole),
    ]
    if (!died.includes(true)) return { whole, deaths }
    deaths += 1
    expect(deaths).toBeLessThan(500)
  }
}

async function dieOnce<Values extends ChannelValues>(
  plot: Plot<Values>,
  inner: Checkpointer,
  death: Death,
  whole: GraphState<Values>,
): Promise<boolean> {
  const thread = newThread()
  let died = false
  try {
    await live(plot, mortalCheckpointer(inner, death), thread)
  } catch (error) {
    expect(String(error)).toContain('dead')
    died = true
  }
  const { status, outcome, values } = await live(plot, inner, thread)
  expect({ death, status, outcome, values }).toEqual({
    death,
    status: whole.status,
    outcome: whole.outcome,
    values: whole.values,
  })
  return died
}

/** Where every owner counts as dead: whoever comes takes the lease. */
export function newMemory(): Checkpointer {
  return memoryCheckpointer({ isOwnerDead: () => true })
}
