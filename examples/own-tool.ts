/** An agent with one tool of its own, in memory, with a model that follows a script. */
import { memoryCheckpointer } from '@keepup/checkpoint'
import { jsonSchema } from '@keepup/core/json-schema'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { defineTool } from '@keepup/tools'

const weather = defineTool({
  name: 'weather',
  description: 'The weather in a city.',
  input: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }),
  repeat: 'safe', // it only looks, so it may be repeated after a crash
  effects: () => [{ kind: 'net', target: 'weather.example' }],
  run: ({ city }) => Promise.resolve(`Rain in ${city}.`),
})

const model = scriptedModel({
  steps: [{ calls: [{ name: 'weather', input: { city: 'Ghent' } }] }, { text: 'Take an umbrella.' }],
})

const runtime = createRuntime({ model, checkpointer: memoryCheckpointer(), tools: [weather] })
for await (const event of runtime.run({ thread: 'trip', input: 'Do I need an umbrella in Ghent?' })) {
  if (event.type === 'tool-finished') console.log(`${event.data.tool}: ${event.data.outcome.type}`)
  if (event.type === 'run-finished') console.log(event.data.text)
}
