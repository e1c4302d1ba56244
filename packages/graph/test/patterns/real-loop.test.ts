import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { Checkpointer, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { openSqlite, type SqliteDatabase } from '@keepup/database-sqlite'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { planExecute, supervisor } from '../../src/patterns/index.ts'
import { liveThroughDeaths, modelOf } from './lives.ts'

const folder = mkdtempSync(join(tmpdir(), 'keepup-patterns-'))
let database: SqliteDatabase
let store: Checkpointer
beforeAll(async () => {
  database = await openSqlite(join(folder, 'store.db'))
  store = sqliteCheckpointer(database, { isOwnerDead: () => true })
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

const look: Tool = {
  name: 'look',
  description: 'Looks.',
  input: jsonSchema({ type: 'object' }),
  repeat: 'safe',
  effects: () => [],
  run: async () => ({ content: [{ type: 'text', text: 'the tide is high' }] }),
}

/** The agent of a runtime: it looks, then says what it saw. */
function agent(checkpointer: Checkpointer) {
  const steps = [
    { calls: [{ name: 'look', input: {} }], when: { turn: 1 }, repeat: true },
    { text: 'I saw that the tide is high.', repeat: true },
  ]
  const runtime = createRuntime({
    model: scriptedModel({ steps }),
    checkpointer,
    tools: [look],
    mode: 'yolo',
  })
  return runtime.run
}

describe('with agents of the real loop, on SQLite, killed at every commit', () => {
  test('a supervisor hears what its members saw', async () => {
    const model = modelOf((prompt) =>
      prompt.includes('tide is high')
        ? { type: 'answer', text: 'High.' }
        : { type: 'assign', member: 'watcher', task: 'Look at the tide' },
    ).model
    const { whole, deaths } = await liveThroughDeaths(
      {
        graph: (checkpointer) =>
          supervisor({ model, members: { watcher: { by: agent(checkpointer), description: 'looks' } } }),
        input: { task: 'How is the tide?' },
      },
      () => store,
    )
    expect(whole.values).toMatchObject({
      answer: 'High.',
      results: [{ member: 'watcher', text: 'I saw that the tide is high.', status: 'done' }],
      outcome: { type: 'completed' },
    })
    expect(deaths).toBeGreaterThan(8)
  })

  test('a plan is executed', async () => {
    const planner = modelOf((prompt) =>
      prompt.includes('what came of the goal') ? 'Twice high.' : { steps: ['look', 'look again'] },
    ).model
    const { whole, deaths } = await liveThroughDeaths(
      {
        graph: (checkpointer) => planExecute({ planner, executor: { by: agent(checkpointer) } }),
        input: { goal: 'Know the tide' },
      },
      () => store,
    )
    expect(whole.values).toMatchObject({
      plan: [{ status: 'done' }, { status: 'done' }],
      answer: 'Twice high.',
      outcome: { type: 'completed' },
    })
    expect(deaths).toBeGreaterThan(12)
  })
})
