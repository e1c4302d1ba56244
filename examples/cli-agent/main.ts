/** An agent for the files of a folder: `node main.ts "What is here?"`. What would change anything is asked about at the terminal; elsewhere it is denied. */
import { createInterface } from 'node:readline/promises'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { answer, createRuntime } from '@keepup/runtime'
import { systemProcessTable, toolkit } from '@keepup/toolkit'

import { model } from './model.ts'

const script = {
  steps: [
    { text: 'I look first.', calls: [{ name: 'ls', input: {} }] },
    {
      text: 'I leave a note.',
      calls: [{ name: 'write', input: { path: 'note.txt', content: 'I was here.\n' } }],
    },
    { text: 'That is all.' },
  ],
}

const root = process.env['FOLDER'] ?? process.cwd()
const attended = process.stdin.isTTY
await using database = await openSqlite(process.env['DATABASE'] ?? 'threads.db')
await using tools = toolkit({ root, background: false })
const runtime = createRuntime({
  model: model(script),
  checkpointer: sqliteCheckpointer(database),
  tools,
  processes: systemProcessTable(),
  mode: 'ask',
  unattended: attended ? 'wait' : 'deny',
  system: `You help with the files in ${root}. Look before you change anything, and say what you did.`,
})

const thread = `talk-${Date.now()}`
let input: string | undefined = process.argv[2] ?? 'What is here?'
for (let waiting = true; waiting;) {
  waiting = false
  const questions: { readonly approval: string; readonly digest: string; readonly question: string }[] = []
  for await (const event of runtime.run(input === undefined ? { thread } : { thread, input })) {
    if (event.type === 'text-streamed') process.stdout.write(event.text)
    if (event.type === 'tool-finished') console.log(`\n[${event.data.tool}: ${event.data.outcome.type}]`)
    if (event.type === 'approval-requested') questions.push(event.data)
    if (event.type === 'run-waiting') waiting = true
  }
  input = undefined
  // The questions are kept: end the program here, and another process may answer them tomorrow.
  for (const { approval, digest, question } of waiting ? questions : []) {
    const allow = await agrees(question)
    await runtime.signal([answer(thread, { approval, digest, allow })])
  }
}
console.log()

async function agrees(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const said = await terminal.question(`\n${question} [y/N] `)
  terminal.close()
  return said.trim().toLowerCase() === 'y'
}
