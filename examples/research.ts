/** A map-reduce over a scripted model, and where the run stands as a flowchart of Mermaid. */
import { join } from 'node:path'

import { memoryCheckpointer } from '@keepup/checkpoint'
import { graphMermaid, graphState, runGraph } from '@keepup/graph'
import { buildTemplate, loadTemplate, templateLabel } from '@keepup/graph/templates'
import { scriptedModel } from '@keepup/testing/scripted-model'

const model = scriptedModel({
  steps: [
    { when: { lastUser: /^Name 2/ }, text: '["Where does it grow?", "Who drinks it?"]' },
    { when: { lastUser: /^Question 1/ }, text: 'On hills with warm rain.' },
    { when: { lastUser: /^Question 2/ }, text: 'Nearly everybody.' },
    {
      when: { lastUser: /hills.*everybody/s },
      text: 'Tea grows on hills with warm rain, and nearly everybody drinks it.',
    },
  ],
})

const loaded = await loadTemplate(join(import.meta.dirname, 'graphs/research.yaml'))
const { graph, input, output } = buildTemplate(loaded, { model: () => model })
const checkpointer = memoryCheckpointer()
const thread = 'tea'

for await (const event of runGraph({
  graph,
  checkpointer,
  thread,
  input: input({ topic: 'tea', width: 2 }),
})) {
  if (event.type === 'node-finished') console.log(`finished ${event.scope ?? ''}`)
}
const state = await graphState({ graph, checkpointer, thread })
console.log(output(state.values))
console.log(graphMermaid(graph, { state, label: templateLabel(loaded) }))
