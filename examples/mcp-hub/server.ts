/** A server of the Model Context Protocol with one tool, over standard input and output. Any client can start it. */
import { memoryCheckpointer } from '@keepup/checkpoint'
import { jsonSchema } from '@keepup/core/json-schema'
import { clientRunSettings, serveMcpStdio } from '@keepup/mcp/serve'
import { createRuntime } from '@keepup/runtime'
import { createToolCoordinator, defineTool } from '@keepup/tools'

const add = defineTool({
  name: 'add',
  description: 'Adds two numbers.',
  input: jsonSchema<{ a: number; b: number }>({
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
    additionalProperties: false,
  }),
  repeat: 'safe',
  effects: () => [],
  run: ({ a, b }) => Promise.resolve(String(a + b)),
})

const tools = [add]
const coordinator = createToolCoordinator({ registry: tools })
const checkpointer = memoryCheckpointer()
await serveMcpStdio(
  {
    server: { name: 'numbers', version: '1.0.0' },
    coordinator,
    tools,
    // A client's calls are those of an agent: validated, decided and recorded.
    agent: (client) =>
      createRuntime({ ...clientRunSettings, model: client, checkpointer, tools: coordinator }).run,
  },
  { input: process.stdin, output: process.stdout },
).closed
