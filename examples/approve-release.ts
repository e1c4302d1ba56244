/** A graph from a file waits for a person, for a week of a clock that is set by hand: one release is approved by another process, one by nobody. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { answerGraph, dueGraphs, type GraphEvent, graphState, resumeGraph, runGraph } from '@keepup/graph'
import { buildTemplate, loadTemplate } from '@keepup/graph/templates'
import { createShiftingClock } from '@keepup/testing'

const day = 86_400_000
const clock = createShiftingClock()
const folder = mkdtempSync(join(tmpdir(), 'keepup-example-'))
const database = await openSqlite(join(folder, 'threads.db'))
const checkpointer = sqliteCheckpointer(database)
const { graph, input, output } = buildTemplate(
  await loadTemplate(join(import.meta.dirname, 'graphs/release.yaml')),
  {
    functions: { publish: ({ version = null }) => ({ version }) },
  },
)

async function follow(thread: string, events: AsyncIterable<GraphEvent>): Promise<void> {
  for await (const event of events) {
    if (event.type === 'node-failed') console.log(event.data.failure.message)
  }
  const { status, values } = await graphState({ graph, checkpointer, thread })
  console.log(`${thread}: ${status} ${JSON.stringify(output(values))}`)
}

for (const version of ['1.2.0', '1.3.0']) {
  const changes = { version, changes: ['Answers in half the time', 'Forgets nothing'] }
  await follow(version, runGraph({ graph, checkpointer, thread: version, clock, input: input(changes) }))
}

clock.shift(6 * day)
await answerGraph({ graph, checkpointer, thread: '1.2.0', node: 'approve', answer: 'ship', by: 'ann', clock })
await follow('1.2.0', resumeGraph({ graph, checkpointer, thread: '1.2.0', clock }))

clock.shift(2 * day)
for await (const { thread } of dueGraphs({ checkpointer, clock })) {
  await follow(thread, resumeGraph({ graph, checkpointer, thread, clock }))
}

await checkpointer[Symbol.asyncDispose]()
await database[Symbol.asyncDispose]()
rmSync(folder, { recursive: true })
