import { Agent } from '@mastra/core/agent'
import { createTool } from '@mastra/core/tools'
import { z } from 'zod'

import { liveReport, middle, toolText } from '../measure.mjs'

const [agents, turns] = [Number(process.argv[2]), Number(process.argv[3])]
const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
}

const look = createTool({
  id: 'look',
  description: 'Looks.',
  inputSchema: z.object({}),
  execute: async () => ({ text: toolText }),
})

const said = [
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: 'done' },
  { type: 'text-end', id: '1' },
  { type: 'finish', finishReason: { unified: 'stop', raw: undefined }, usage },
]
const called = (calls) => [
  ...calls.map(([toolName, input], index) => ({
    type: 'tool-call',
    toolCallId: `call-${Math.random()}-${index}`,
    toolName,
    input: JSON.stringify(input),
  })),
  { type: 'finish', finishReason: { unified: 'tool-calls', raw: undefined }, usage },
]

/** A model whose answers depend on how often it spoke in the conversation. */
function model(answer) {
  const parts = async ({ prompt }) => answer(prompt.filter(({ role }) => role === 'assistant').length)
  return {
    specificationVersion: 'v4',
    provider: 'bench',
    modelId: 'counting',
    supportedUrls: {},
    doGenerate() {
      throw new Error('not used')
    },
    doStream: async (request) => ({
      stream: ReadableStream.from([{ type: 'stream-start', warnings: [] }, ...(await parts(request))]),
    }),
  }
}

function treeOf(main, worker) {
  const below = new Agent({
    id: 'worker',
    name: 'worker',
    description: 'Works.',
    instructions: 'Work.',
    model: worker,
    tools: { look },
    defaultOptions: { maxSteps: turns + 5 },
  })
  return new Agent({ id: 'main', name: 'main', instructions: 'Go.', model: main, agents: { worker: below } })
}

async function finish(agent, maxSteps) {
  // As many at once as there are: ten when left out.
  const stream = await agent.stream('go', { maxSteps, toolCallConcurrency: agents + 1_000 })
  for await (const chunk of stream.fullStream) if (chunk.type === 'error') throw chunk.payload.error
}

const delegate = (prompt) => ['agent-worker', { prompt }]

/** One agent after the other: from the answer of the model that wants it to its own first call of a model. */
async function spawnTimes(count) {
  const times = []
  let asked = 0
  let turn = 0
  const main = model(() => {
    asked = performance.now()
    turn += 1
    return turn <= count ? called([delegate(`part ${turn}`)]) : said
  })
  const worker = model(() => {
    times.push(performance.now() - asked)
    return said
  })
  await finish(treeOf(main, worker), count + 5)
  if (times.length !== count) throw new Error(`expected ${count} agents, counted ${times.length}`)
  return times
}

const spawn = middle(await spawnTimes(200))
const report = liveReport(agents, turns)
let first = true
const main = model(() => {
  if (!first) return said
  first = false
  return called(Array.from({ length: agents }, (_, index) => delegate(`task ${index}`)))
})
let calls = 0
const worker = model(async (turn) => {
  calls += 1
  if (turn === 0) await report.arrive()
  return turn < turns ? called([['look', {}]]) : said
})
await finish(treeOf(main, worker), 5)
if (calls !== agents * (turns + 1))
  throw new Error(`expected ${agents * (turns + 1)} calls, counted ${calls}`)
report.print({ spawn })
