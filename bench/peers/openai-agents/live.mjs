import { Agent, run as runAgent, setTracingDisabled, tool, Usage } from '@openai/agents'
import { z } from 'zod'

import { liveReport, middle, toolText } from '../measure.mjs'

setTracingDisabled(true)

const [agents, turns] = [Number(process.argv[2]), Number(process.argv[3])]

const look = tool({
  name: 'look',
  description: 'Looks.',
  parameters: z.object({}),
  execute: async () => toolText,
})

const said = (text) => ({
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text }],
})
const call = (name, index, input) => ({
  type: 'function_call',
  callId: `call-${index}`,
  name,
  status: 'completed',
  arguments: JSON.stringify(input),
})

/** A model whose answers depend on how often it spoke in the conversation. */
function model(answer) {
  return {
    async getResponse({ input }) {
      const items = typeof input === 'string' ? [] : input
      const turn = items.filter(({ type }) => type === 'function_call_result').length
      const output = await answer(turn)
      return { usage: new Usage({ requests: 1, inputTokens: 10, outputTokens: 5 }), output }
    },
    getStreamedResponse() {
      throw new Error('not used')
    },
  }
}

/** One agent after the other: from the answer of the model that wants it to its own first call of a model. */
async function spawnTimes(count) {
  const times = []
  let asked = 0
  const quick = new Agent({
    name: 'worker',
    instructions: 'Work.',
    model: model(() => {
      times.push(performance.now() - asked)
      return [said('done')]
    }),
  })
  const first = new Agent({
    name: 'main',
    instructions: 'Go.',
    tools: [quick.asTool({ toolName: 'work', toolDescription: 'Works.' })],
    model: model((turn) => {
      asked = performance.now()
      return turn < count ? [call('work', turn, { input: `part ${turn}` })] : [said('done')]
    }),
  })
  await runAgent(first, 'go', { maxTurns: count + 5 })
  return times
}

const spawn = middle(await spawnTimes(200))
const report = liveReport(agents, turns)
const worker = new Agent({
  name: 'worker',
  instructions: 'Work.',
  tools: [look],
  model: model(async (turn) => {
    if (turn === 0) await report.arrive()
    return turn < turns ? [call('look', turn, {})] : [said('done')]
  }),
})
const work = worker.asTool({
  toolName: 'work',
  toolDescription: 'Works.',
  runOptions: { maxTurns: turns + 5 },
})
const main = new Agent({
  name: 'main',
  instructions: 'Go.',
  tools: [work],
  model: model((turn) =>
    turn === 0
      ? Array.from({ length: agents }, (_, index) => call('work', index, { input: `task ${index}` }))
      : [said('done')],
  ),
})
await runAgent(main, 'go', { maxTurns: 5 })
report.print({ spawn })
