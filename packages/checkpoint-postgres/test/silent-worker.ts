import { currentOwner } from '@keepup/checkpoint'
import { note } from '@keepup/vitest/entries'

import { openStore } from './stores.ts'

/** Appends in a transaction that it never ends, and says so. Started by a test, and stopped. */
const [url = '', schema = '', patience = ''] = process.argv.slice(2)
const store = await openStore(url, schema, { silenceTimeout: Number(patience) })
const { token } = await store.checkpointer.lease('thread', currentOwner('silent'), 500)
await store.database.transaction(async (transaction) => {
  const append = { thread: 'thread', after: 0, lease: token, entries: [note('never told')] }
  await store.checkpointer.within(transaction).commit({ appends: [append], flush: 'process' })
  console.log('in the middle')
  await new Promise((resolve) => setTimeout(resolve, 600_000))
})
