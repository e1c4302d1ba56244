import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import { currentOwner, verifyThread } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { type Entry, type Model, noUsage } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { replayRun } from '@keepup/loop'
import { createRuntime } from '@keepup/runtime'
import { expect, test } from 'vitest'

import { temporaryFolder } from './temporary-folder.ts'

const senders = 20
const each = 5

/** A model that works on, short turn after short turn, until it has heard enough. */
function listener(enough: number): Model {
  let calls = 0
  return {
    id: 'test/listener',
    async *stream({ messages }) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      const heard = [...messages].filter(({ role }) => role === 'user').length
      calls += 1
      const call = { type: 'tool-call', id: `c${calls}`, name: 'wait', input: { calls } } as const
      const content = heard > enough ? [{ type: 'text', text: `heard ${heard - 1}` } as const] : [call]
      yield { type: 'finished', message: { role: 'assistant', content }, reason: 'stop', usage: noUsage }
    },
  }
}

function startSender(file: string, index: number): Promise<number | null> {
  const program = join(import.meta.dirname, 'second-writer', 'send-steers.ts')
  const child = spawn(
    process.execPath,
    ['--conditions=@keepup/source', program, file, 't', `p${index}`, String(each)],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  return once(child, 'exit').then(([code]: unknown[]) => (typeof code === 'number' ? code : null))
}

test('twenty processes steer one thread while it runs: every signal is taken once and in order', async () => {
  const file = join(temporaryFolder(), 'shared.db')
  await using database = await openSqlite(file)
  await using checkpointer = sqliteCheckpointer(database)
  const runtime = createRuntime({
    model: listener(senders * each),
    checkpointer,
    tools: {
      definitions: () => [],
      prepare: async () => ({ type: 'refused', outcome: { type: 'denied', reason: 'wait' }, labels: free }),
    },
    limits: {},
    thresholds: { repetitions: { warn: 1e9, stop: 1e9 } },
  })
  const exits = Promise.all(Array.from({ length: senders }, (_, index) => startSender(file, index)))
  for await (const event of runtime.run({ thread: 't', input: 'Listen.' })) void event
  expect(await exits).toEqual(Array.from({ length: senders }, () => 0))

  const recorded: Entry[] = []
  for await (const entry of checkpointer.log('t')) recorded.push(entry)
  const taken = recorded.flatMap(({ type, cause }) =>
    type === 'user-message' && typeof cause === 'string' ? [cause] : [],
  )
  const steers = taken.filter((id) => id.startsWith('p'))
  expect(new Set(steers).size).toBe(senders * each)
  expect(steers).toHaveLength(senders * each)
  for (let index = 0; index < senders; index += 1) {
    const own = steers.filter((id) => id.startsWith(`p${index}-`))
    expect(own).toEqual(Array.from({ length: each }, (_, step) => `p${index}-${step}`))
  }
  expect(await checkpointer.pending('t')).toEqual([])
  await verifyThread(checkpointer, 't')
  await replayRun(recorded)
}, 120_000)

test('an append with the token of an owner that lost the thread fails, and leaves nothing', async () => {
  const file = join(temporaryFolder(), 'fenced.db')
  await using database = await openSqlite(file)
  await using checkpointer = sqliteCheckpointer(database, { isOwnerDead: () => true })
  const entry = { type: 'note', version: 1, critical: false, time: 1, by: 'user', data: 'x' }
  const old = await checkpointer.lease('t', currentOwner('old'), 60_000)
  await checkpointer.commit({
    appends: [{ thread: 't', after: 0, lease: old.token, entries: [entry] }],
    flush: 'process',
  })
  await checkpointer.lease('t', currentOwner('new'), 60_000)
  const stale = checkpointer.commit({
    appends: [{ thread: 't', after: 1, lease: old.token, entries: [entry] }],
    flush: 'process',
  })
  await expect(stale).rejects.toMatchObject({ code: 'lease-lost' })
  expect((await checkpointer.read('t')).head).toBe(1)
})

const free = {
  default: { integrity: 'free-text', sources: ['test'], readers: 'anyone', confidential: false },
} as const
