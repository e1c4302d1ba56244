import { Agent, run as runAgent, setTracingDisabled, tool, Usage } from '@openai/agents'
import { z } from 'zod'

import { measure, toolText } from '../measure.mjs'

setTracingDisabled(true)

const look = tool({
  name: 'look',
  description: 'Looks.',
  parameters: z.object({ at: z.number() }),
  execute: async () => toolText,
})

async function run(turns) {
  let calls = 0
  const model = {
    getResponse: async () => {
      calls += 1
      const output =
        calls > turns
          ? {
              type: 'message',
              role: 'assistant',
              status: 'completed',
              content: [{ type: 'output_text', text: 'done' }],
            }
          : {
              type: 'function_call',
              callId: `call-${calls}`,
              name: 'look',
              status: 'completed',
              arguments: `{"at":${calls}}`,
            }
      return { usage: new Usage({ requests: 1, inputTokens: 10, outputTokens: 5 }), output: [output] }
    },
    getStreamedResponse: () => {
      throw new Error('not used')
    },
  }
  const agent = new Agent({ name: 'bench', instructions: 'go', model, tools: [look] })
  await runAgent(agent, 'go', { maxTurns: turns + 5 })
  return calls
}

await measure(run)
