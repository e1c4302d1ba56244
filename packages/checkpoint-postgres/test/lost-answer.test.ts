import { verifyThread } from '@keepup/checkpoint'
import { startProxy } from '@keepup/vitest/cutting-proxy'
import { control, note, stranger } from '@keepup/vitest/entries'
import { expect, inject, test } from 'vitest'

import { openStore } from './stores.ts'

test('a commit whose connection is cut before or after it was written is written once, with what it sends and takes', async () => {
  const proxy = await startProxy(inject('postgresUrl'))
  const store = await openStore(proxy.url)
  const { checkpointer } = store
  const { token } = await checkpointer.lease('thread', stranger, 600_000)
  for (let after = 0; after < 20; after += 1) {
    await checkpointer.signal([control('thread', `signal ${after}`)], 'process')
    proxy.cut(`cut ${after}`, after % 2 === 0 ? 'before-request' : 'before-answer')
    const [checkpoint] = await checkpointer.commit({
      appends: [
        {
          thread: 'thread',
          after,
          lease: token,
          entries: [note(`cut ${after}`)],
          takes: [`signal ${after}`],
        },
      ],
      signals: [control('other', `signal ${after}`)],
      flush: after % 3 === 0 ? 'power' : 'process',
    })
    expect(checkpoint?.sequence).toBe(after + 1)
  }
  expect(proxy.cuts).toBe(20)
  const { entries } = await checkpointer.read('thread')
  expect(entries.map(({ data }) => data)).toEqual(Array.from({ length: 20 }, (_, index) => `cut ${index}`))
  expect(await checkpointer.pending('thread')).toEqual([])
  expect((await checkpointer.pending('other')).map(({ id }) => id)).toEqual(
    Array.from({ length: 20 }, (_, index) => `signal ${index}`),
  )
  await verifyThread(checkpointer, 'thread')
  await store.remove()
  await proxy.close()
})

test('an append to a thread of many writers that is cut is written once, also without an id', async () => {
  const proxy = await startProxy(inject('postgresUrl'))
  const store = await openStore(proxy.url)
  const { checkpointer } = store
  const { token } = await checkpointer.lease('facts', stranger, 600_000)
  const first = {
    thread: 'facts',
    after: 0,
    lease: token,
    entries: [note('start')],
    writers: 'many',
  } as const
  await checkpointer.commit({ appends: [first], flush: 'process' })
  for (let fact = 0; fact < 10; fact += 1) {
    proxy.cut(`cut ${fact}`, fact % 2 === 0 ? 'before-request' : 'before-answer')
    const entries = [note(`cut ${fact}`)]
    await checkpointer.commit({ appends: [{ thread: 'facts', after: 'head', entries }], flush: 'process' })
  }
  expect((await checkpointer.read('facts')).entries.map(({ data }) => data)).toEqual([
    'start',
    ...Array.from({ length: 10 }, (_, fact) => `cut ${fact}`),
  ])
  await store.remove()
  await proxy.close()
})

test('a lost answer does not hide that somebody else was faster', async () => {
  const proxy = await startProxy(inject('postgresUrl'))
  const store = await openStore(proxy.url)
  const { checkpointer } = store
  const { token } = await checkpointer.lease('thread', stranger, 600_000)
  const batch = (text: string) => ({
    appends: [{ thread: 'thread', after: 0, lease: token, entries: [note(text)] }],
    flush: 'process' as const,
  })
  // By somebody whose commits this process does not see.
  const other = await openStore(inject('postgresUrl'), store.database.schema)
  await other.checkpointer.commit(batch('first'))
  await other.close()
  proxy.cut('second', 'before-answer')
  await expect(checkpointer.commit(batch('second'))).rejects.toMatchObject({ code: 'checkpoint-conflict' })
  expect(proxy.cuts).toBe(1)
  expect((await checkpointer.read('thread')).entries.map(({ data }) => data)).toEqual(['first'])
  await store.remove()
  await proxy.close()
})

test('where the server stays away the error says that the outcome is unknown, and nothing was doubled', async () => {
  const proxy = await startProxy(inject('postgresUrl'))
  const store = await openStore(proxy.url, undefined, { reconnectTimeout: 100 })
  const { token } = await store.checkpointer.lease('thread', stranger, 600_000)
  await proxy.close()
  const append = { thread: 'thread', after: 0, lease: token, entries: [note('x')] }
  await expect(store.checkpointer.commit({ appends: [append], flush: 'process' })).rejects.toMatchObject({
    code: 'database-unavailable',
    details: { outcome: 'unknown' },
  })
  await store.close()
  const schema = store.database.schema
  const later = await openStore(inject('postgresUrl'), schema)
  expect((await later.checkpointer.read('thread')).head).toBe(0)
  await later.remove()
})
