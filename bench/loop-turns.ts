import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { memoryCheckpointer } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { AssistantMessage, Checkpointer, Model, ModelEvent, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { openSqlite } from '@keepup/database-sqlite'
import { createRuntime } from '@keepup/runtime'

import { measure, toolText } from './peers/measure.mjs'

/** One case of `loop.ts`: keepup's own loop, in memory or on SQLite, in a process of its own. Arguments: the case, the turns. */
const folder = mkdtempSync(join(tmpdir(), 'keepup-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const look: Tool = {
  name: 'look',
  description: 'Looks.',
  input: jsonSchema({ type: 'object', properties: { at: { type: 'number' } }, required: ['at'] }),
  repeat: 'safe',
  effects: () => [],
  run: () => Promise.resolve({ content: [{ type: 'text', text: toolText }] }),
}

function countingModel(turns: number): Model & { calls: number } {
  const usage = { input: 10, cached: 0, cacheWritten: 0, output: 5, reasoning: 0 }
  return {
    id: 'bench/counting',
    calls: 0,
    async *stream(): AsyncIterable<ModelEvent> {
      this.calls += 1
      const done = this.calls > turns
      const id = `call-${this.calls}`
      const message: AssistantMessage = {
        role: 'assistant',
        content: [
          done
            ? { type: 'text', text: 'done' }
            : { type: 'tool-call', id, name: 'look', input: { at: this.calls } },
        ],
      }
      yield { type: 'finished', message, reason: done ? 'stop' : 'tool-calls', usage }
    },
  }
}

async function openCheckpointer(): Promise<Checkpointer> {
  if (process.argv[2] !== 'sqlite') return memoryCheckpointer()
  return sqliteCheckpointer(await openSqlite(join(folder, 'bench.db')))
}

// Opened once for a process, as programs do, and in use before anything is measured.
const checkpointer = await openCheckpointer()
let conversations = 0

await measure(async (turns) => {
  const model = countingModel(turns)
  conversations += 1
  const runtime = createRuntime({ model, checkpointer, tools: [look], limits: { turns: turns + 5 } })
  for await (const event of runtime.run({ thread: `bench-${conversations}`, input: 'go' }))
    if (event.type === 'run-finished' && event.data.outcome.type !== 'completed')
      throw new Error(`the run ended ${event.data.outcome.type}`)
  return model.calls
})
