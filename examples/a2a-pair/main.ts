/** Two agents that write to each other. Messages are kept in SQLite: started again after a kill, each handles what waits for it, in order. */
import { createMailboxes } from '@keepup/a2a'
import { memoryCheckpointer } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { createRuntime } from '@keepup/runtime'

import { model } from './model.ts'

await using database = await openSqlite(process.env['DATABASE'] ?? 'mail.db')
await using mail = createMailboxes({ checkpointer: sqliteCheckpointer(database) })

mail.serve({
  address: 'pair/reviewer',
  handle: async ({ body }, context) => {
    const { body: style } = await context.request({ to: 'pair/style', body: 'How do we indent?' })
    return think('You review changes.', `${String(body)} Our style: ${String(style)}`, 'Looks good: ')
  },
})
mail.serve({
  address: 'pair/style',
  handle: ({ body }) => think('You know the style of the project.', String(body), 'With two spaces. '),
})

const reply = await mail.request({
  to: 'pair/reviewer',
  body: process.argv[2] ?? 'Change 7 indents with two spaces.',
  deadline: 60_000,
})
console.log(reply.body)
console.log(`how far it is trusted: ${reply.labels.default.integrity}`)

/** What an agent says to a text. Its thread is its own, and here it is forgotten; give it a thread in the database to keep it. */
async function think(system: string, input: string, scripted: string): Promise<string> {
  const agent = createRuntime({
    system,
    model: model({ steps: [{ text: `${scripted}${input.length} characters read.` }] }),
    checkpointer: memoryCheckpointer(),
  })
  for await (const event of agent.run({ thread: 'thought', input }))
    if (event.type === 'run-finished') return event.data.text
  return ''
}
