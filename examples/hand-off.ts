/** Control passes from the front desk to billing and on to refunds, and returns to each that gave it. */
import { type AgentManager, createAgentManager } from '@keepup/agents'
import { memoryCheckpointer } from '@keepup/checkpoint'
import type { AgentRole, Model } from '@keepup/core'
import { createRuntime, type Runtime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'

const role = (name: string, description: string): AgentRole => ({
  name,
  description,
  system: description,
  writes: false,
})

const handOff = (to: string, task: string) => ({
  calls: [{ name: 'hand_off_to_agent', input: { role: to, task } }],
})

// What models would answer; a real one takes their place.
const models: Readonly<Record<string, Model>> = {
  desk: scriptedModel({
    steps: [handOff('billing', 'They want money back.'), { text: 'Billing says: 5 euros are on their way.' }],
  }),
  billing: scriptedModel({
    steps: [handOff('refunds', 'Refund order 17: 5 euros.'), { text: '5 euros are on their way.' }],
  }),
  refunds: scriptedModel({
    steps: [{ when: { lastUser: /broken lamp/ }, text: 'Refunded, as the lamp was broken.' }],
  }),
}

const checkpointer = memoryCheckpointer()

const manager: AgentManager = createAgentManager({
  checkpointer,
  roles: [role('billing', 'Knows what was paid.'), role('refunds', 'Pays money back.')],
  agentOf: ({ name }) => agent(name).run,
})

function agent(name: string): Runtime {
  const model = models[name]
  if (model === undefined) throw new Error(`There is no model for ${name}.`)
  return createRuntime({ model, checkpointer, agents: manager, tools: manager.tools })
}

for await (const event of agent('desk').run({ thread: 'call', input: 'My broken lamp cost 5 euros.' })) {
  if (event.type === 'agent-spawned') console.log(`control passes to ${event.data.role}`)
  if (event.type === 'agent-settled') console.log(`control is back: ${event.data.end}`)
  if (event.type === 'run-finished') console.log(event.data.text)
}
