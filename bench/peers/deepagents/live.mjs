import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { AIMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { createDeepAgent } from 'deepagents'
import { z } from 'zod'

import { liveReport, middle, toolText } from '../measure.mjs'

const [agents, turns] = [Number(process.argv[2]), Number(process.argv[3])]

const look = tool(async () => toolText, { name: 'look', description: 'Looks.', schema: z.object({}) })
let named = 0
const call = (name, args) => ({ id: `call-${(named += 1)}`, name, args })
const said = []

/** A model whose answers depend on how often it spoke in the conversation. */
class AnsweringModel extends BaseChatModel {
  constructor(answer) {
    super({})
    this.answer = answer
  }

  _llmType() {
    return 'answering'
  }

  bindTools() {
    return this
  }

  async _generate(messages) {
    const calls = await this.answer(messages.filter((message) => message.getType() === 'ai').length)
    const message = new AIMessage({ content: calls.length === 0 ? 'done' : '', tool_calls: calls })
    return { generations: [{ text: '', message }] }
  }
}

function treeOf(main, worker) {
  const below = {
    name: 'worker',
    description: 'Works.',
    systemPrompt: 'Work.',
    model: new AnsweringModel(worker),
    tools: [look],
  }
  return createDeepAgent({ model: new AnsweringModel(main), systemPrompt: 'Go.', subagents: [below] })
}

const finish = (agent) =>
  agent.invoke(
    { messages: [{ role: 'user', content: 'go' }] },
    { recursionLimit: 10_000, maxConcurrency: agents + 1_000 },
  )
const delegate = (description) => call('task', { description, subagent_type: 'worker' })

/** One agent after the other: from the answer of the model that wants it to its own first call of a model. */
async function spawnTimes(count) {
  const times = []
  let asked = 0
  const main = (turn) => {
    asked = performance.now()
    return turn < count ? [delegate(`part ${turn}`)] : said
  }
  const worker = () => {
    times.push(performance.now() - asked)
    return said
  }
  await finish(treeOf(main, worker))
  if (times.length !== count) throw new Error(`expected ${count} agents, counted ${times.length}`)
  return times
}

const spawn = middle(await spawnTimes(200))
const report = liveReport(agents, turns)
let calls = 0
await finish(
  treeOf(
    (turn) => (turn === 0 ? Array.from({ length: agents }, (_, index) => delegate(`task ${index}`)) : said),
    async (turn) => {
      calls += 1
      if (turn === 0) await report.arrive()
      return turn < turns ? [call('look', {})] : said
    },
  ),
)
if (calls !== agents * (turns + 1))
  throw new Error(`expected ${agents * (turns + 1)} calls, counted ${calls}`)
report.print({ spawn })
