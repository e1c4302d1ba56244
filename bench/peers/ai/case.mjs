import { generateText, isStepCount, jsonSchema, tool } from 'ai'

import { measure, toolText } from '../measure.mjs'

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
}

async function run(turns) {
  let calls = 0
  const model = {
    specificationVersion: 'v4',
    provider: 'bench',
    modelId: 'counting',
    supportedUrls: {},
    doGenerate: async () => {
      calls += 1
      const done = calls > turns
      return {
        content: done
          ? [{ type: 'text', text: 'done' }]
          : [{ type: 'tool-call', toolCallId: `call-${calls}`, toolName: 'look', input: `{"at":${calls}}` }],
        finishReason: { unified: done ? 'stop' : 'tool-calls', raw: undefined },
        usage,
        warnings: [],
      }
    },
  }
  const look = tool({
    description: 'Looks.',
    inputSchema: jsonSchema({ type: 'object', properties: { at: { type: 'number' } }, required: ['at'] }),
    execute: async () => toolText,
  })
  await generateText({ model, tools: { look }, stopWhen: isStepCount(turns + 5), prompt: 'go' })
  return calls
}

await measure(run)
