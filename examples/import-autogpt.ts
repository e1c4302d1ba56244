/** A graph that was exported from AutoGPT, imported: what became of each block, and a run of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { memoryCheckpointer } from '@keepup/checkpoint'
import { graphState, runGraph } from '@keepup/graph'
import {
  autogptFunctions,
  buildTemplate,
  importAutogpt,
  readTemplate,
  reportLines,
} from '@keepup/graph/templates'
import { scriptedModel } from '@keepup/testing/scripted-model'

const file = join(import.meta.dirname, 'graphs/feedback.autogpt.json')
const { template, report } = importAutogpt(readFileSync(file, 'utf8'))
for (const line of reportLines(report)) console.log(line)

const model = scriptedModel({
  steps: [
    { when: { lastUser: /slow/ }, text: '{"mood": "bad", "about": "speed"}' },
    { when: { lastUser: /love/ }, text: '{"mood": "good", "about": "everything"}' },
  ],
})

const { graph, input, output } = buildTemplate(await readTemplate(template), {
  model: () => model,
  functions: {
    ...autogptFunctions(),
    // This block has no counterpart, so the report says that it is missing: here it is.
    'autogpt.send_discord_message': ({ message_content: content }) => {
      console.log(`posted ${JSON.stringify(content)}`)
      return { status: 'Message sent' }
    },
  },
})

const checkpointer = memoryCheckpointer()
const thread = 'feedback'
const feedback = input({ feedback: ['It is slow.', 'I love it.'] })
for await (const event of runGraph({ graph, checkpointer, thread, input: feedback })) {
  if (event.type === 'node-failed') console.log(event.data.failure.message)
}
const { values, outcome } = await graphState({ graph, checkpointer, thread })
console.log(outcome?.type, JSON.stringify(output(values)))
