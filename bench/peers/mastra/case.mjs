import { Agent } from '@mastra/core/agent'
import { createTool } from '@mastra/core/tools'
import { z } from 'zod'

import { measure, toolText } from '../measure.mjs'

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
}

const look = createTool({
  id: 'look',
  description: 'Looks.',
  inputSchema: z.object({ at: z.number() }),
  execute: async () => ({ text: toolText }),
})

async function run(turns) {
  let calls = 0
  const answer = () => {
    calls += 1
    return calls > turns
      ? [
          { type: 'text-start', id: '1' },
          { type: 'text-delta', id: '1', delta: 'done' },
          { type: 'text-end', id: '1' },
          { type: 'finish', finishReason: { unified: 'stop', raw: undefined }, usage },
        ]
      : [
          { type: 'tool-call', toolCallId: `call-${calls}`, toolName: 'look', input: `{"at":${calls}}` },
          { type: 'finish', finishReason: { unified: 'tool-calls', raw: undefined }, usage },
        ]
  }
  const model = {
    specificationVersion: 'v4',
    provider: 'bench',
    modelId: 'counting',
    supportedUrls: {},
    doStream: async () => ({
      stream: ReadableStream.from([{ type: 'stream-start', warnings: [] }, ...answer()]),
    }),
  }
  const agent = new Agent({ id: 'bench', name: 'bench', instructions: 'go', model, tools: { look } })
  const stream = await agent.stream('go', { maxSteps: turns + 5 })
  for await (const chunk of stream.fullStream) void chunk
  return calls
}

await measure(run)
