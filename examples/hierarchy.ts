/** A hierarchical process: a manager hands parts of a task to workers, two of them at once, on one budget; then the tree is shown. */
import { type AgentManager, createAgentManager, readTree, type TreeAgent } from '@keepup/agents'
import { memoryCheckpointer } from '@keepup/checkpoint'
import type { AgentRole, Model } from '@keepup/core'
import { createRuntime, type Runtime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'

const roles: readonly AgentRole[] = [
  { name: 'researcher', description: 'Finds facts.', system: 'You find facts.', writes: false },
  { name: 'writer', description: 'Writes texts.', system: 'You write texts.', writes: false },
]

const delegate = (role: string, task: string) => ({ name: 'delegate_to_agent', input: { role, task } })

// What models would answer; a real one takes their place.
const models: Readonly<Record<string, Model>> = {
  manager: scriptedModel({
    steps: [
      { calls: [delegate('researcher', 'Who wrote it?'), delegate('researcher', 'When was it written?')] },
      { calls: [delegate('writer', 'One sentence: Ada Lovelace, 1843.')] },
      { text: 'The report: Ada Lovelace wrote it in 1843.' },
    ],
  }),
  researcher: scriptedModel({
    steps: [
      { when: { lastUser: /Who/ }, text: 'Ada Lovelace.' },
      { when: { lastUser: /When/ }, text: 'In 1843.' },
    ],
  }),
  writer: scriptedModel({ steps: [{ text: 'Ada Lovelace wrote it in 1843.' }] }),
}

const checkpointer = memoryCheckpointer()

const manager: AgentManager = createAgentManager({
  checkpointer,
  roles,
  agentOf: ({ name, system }) => agent(name, system).run,
})

function agent(name: string, system: string): Runtime {
  const model = models[name]
  if (model === undefined) throw new Error(`There is no model for ${name}.`)
  return createRuntime({ model, system, checkpointer, agents: manager, tools: manager.tools })
}

function show({ role = 'manager', outcome, spent, agents }: TreeAgent, depth = 0): void {
  console.log(`${'  '.repeat(depth)}${role}: ${outcome}, ${spent.turns} turns with all below it`)
  for (const below of agents) show(below, depth + 1)
}

const runtime = agent('manager', 'You manage. Hand the work on, and put together what comes back.')
for await (const event of runtime.run({
  thread: 'report',
  input: 'Report on the first program.',
  limits: { turns: 20 },
}))
  if (event.type === 'run-finished') console.log(event.data.text)
show(await readTree(checkpointer, 'report'))
