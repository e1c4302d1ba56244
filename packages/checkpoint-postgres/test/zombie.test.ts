import { setTimeout as sleep } from 'node:timers/promises'

import { KeepupError } from '@keepup/core'
import { startProgram } from '@keepup/vitest/child-process'
import { append, stranger } from '@keepup/vitest/entries'
import { outliveZombie } from '@keepup/vitest/outlive-zombie'
import { expect, inject, onTestFinished, test } from 'vitest'

import { newSchema, openStore } from './stores.ts'

test('a holder that is stopped past its lease and continued can do nothing, and the new one everything', async () => {
  const schema = newSchema()
  const store = await openStore(inject('postgresUrl'), schema)
  const zombie = startProgram(new URL('zombie-worker.ts', import.meta.url), inject('postgresUrl'), schema)
  onTestFinished(() => void zombie.process.kill('SIGKILL'))
  await expect(outliveZombie(zombie, store.checkpointer)).resolves.toBeUndefined()
  await store.remove()
}, 60_000)

test('a process that falls silent in the middle of a transaction keeps its locks for the promised time only', async () => {
  const schema = newSchema()
  const url = inject('postgresUrl')
  const store = await openStore(url, schema)
  const program = new URL('silent-worker.ts', import.meta.url)
  const silent = startProgram(program, url, schema, '3000')
  onTestFinished(() => void silent.process.kill('SIGKILL'))
  while (!silent.lines.includes('in the middle') && silent.process.exitCode === null) await sleep(5)
  silent.process.kill('SIGSTOP')
  // The control: it does hold the thread's row.
  const hasty = await openStore(url, schema, { lockTimeout: 100 })
  await expect(hasty.checkpointer.lease('thread', stranger, 60_000)).rejects.toMatchObject({
    code: 'database-busy',
  })
  await hasty.close()
  await leaseOnceFree(() => append(store.checkpointer, 'thread', ['the new holder']))
  const { entries } = await store.checkpointer.read('thread')
  expect(entries.map(({ data }) => data)).toEqual(['the new holder'])
  await store.remove()
}, 60_000)

async function leaseOnceFree(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      if (!KeepupError.is(error, 'lease-held')) throw error
    }
    await sleep(50)
  }
}
