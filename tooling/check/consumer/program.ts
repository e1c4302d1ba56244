import { memoryCheckpointer } from '@keepup/checkpoint'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'

// One whole run over the published packages: a message, a model's answer, the state that is left.
const model = scriptedModel({ steps: [{ text: 'I am here.' }] })
const runtime = createRuntime({ model, checkpointer: memoryCheckpointer() })

let finished = false
for await (const event of runtime.run({ thread: 'first', input: 'Are you there?' }))
  if (event.type === 'run-finished') finished = event.data.outcome.type === 'completed'
if (!finished) throw new Error('the run did not complete')

const state = await runtime.state('first')
if (state.messages.length !== 2) throw new Error(`expected 2 messages, found ${state.messages.length}`)
