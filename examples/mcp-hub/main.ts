/** An agent whose tools come from servers of the Model Context Protocol. The one here is `server.ts`; put yours beside it. */
import { join } from 'node:path'

import { memoryCheckpointer } from '@keepup/checkpoint'
import { createMcpHub } from '@keepup/mcp'
import { createRuntime } from '@keepup/runtime'

import { model } from './model.ts'

const script = {
  steps: [{ calls: [{ name: 'mcp__numbers__add', input: { a: 40, b: 2 } }] }, { text: 'That makes 42.' }],
}

await using hub = createMcpHub({
  definitions: [
    {
      name: 'numbers',
      transport: {
        type: 'stdio',
        command: process.execPath,
        args: [...process.execArgv, join(import.meta.dirname, 'server.ts')],
        env: {},
      },
      enabled: true,
      source: { scope: 'user' },
      // It is ours, so what it says of its tools (that they only look) is believed.
      trust: { annotations: true },
    },
  ],
})
await hub.ready()
for (const { name, repeat } of hub.tools()) console.log(`${name}: ${repeat}`)

const runtime = createRuntime({
  model: model(script),
  checkpointer: memoryCheckpointer(),
  tools: [...hub.tools()],
})
const input = process.argv[2] ?? 'What is 40 and 2?'
for await (const event of runtime.run({ thread: 'sum', input })) {
  if (event.type === 'tool-finished') console.log(`${event.data.tool}: ${event.data.outcome.type}`)
  if (event.type === 'run-finished') console.log(event.data.text)
}
