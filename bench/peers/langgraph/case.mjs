import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { AIMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { MemorySaver } from '@langchain/langgraph'
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite'
import { createReactAgent } from '@langchain/langgraph/prebuilt'
import { createAgent } from 'langchain'
import { z } from 'zod'

import { measure, toolText } from '../measure.mjs'

const [, , name] = process.argv

class ScriptedModel extends BaseChatModel {
  calls = 0

  constructor(turns) {
    super({})
    this.turns = turns
  }

  _llmType() {
    return 'scripted'
  }

  bindTools() {
    return this
  }

  async _generate() {
    this.calls += 1
    const message =
      this.calls > this.turns
        ? new AIMessage({ content: 'done' })
        : new AIMessage({
            content: '',
            tool_calls: [{ id: `call-${this.calls}`, name: 'look', args: { at: this.calls } }],
          })
    return { generations: [{ text: '', message }] }
  }
}

const look = tool(async () => toolText, {
  name: 'look',
  description: 'Looks.',
  schema: z.object({ at: z.number() }),
})

const folder = mkdtempSync(join(tmpdir(), 'keepup-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const saver = name.endsWith('sqlite')
  ? SqliteSaver.fromConnString(join(folder, 'bench.db'))
  : name.endsWith('saver')
    ? new MemorySaver()
    : undefined
let conversations = 0

async function run(turns) {
  const model = new ScriptedModel(turns)
  conversations += 1
  const agent = name.startsWith('createReactAgent')
    ? createReactAgent({ llm: model, tools: [look], checkpointer: saver })
    : createAgent({ model, tools: [look], checkpointer: saver })
  await agent.invoke(
    { messages: [{ role: 'user', content: 'go' }] },
    { recursionLimit: 3 * turns + 20, configurable: { thread_id: `bench-${conversations}` } },
  )
  return model.calls
}

await measure(run)
