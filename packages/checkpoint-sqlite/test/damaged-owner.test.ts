import { currentOwner } from '@keepup/checkpoint'
import { append } from '@keepup/vitest/entries'
import { expect, onTestFinished, test } from 'vitest'

import { newFile, openStore } from './stores.ts'

test.each(['{broken', '[]', '["a",1,2,3,4]', 'null'])(
  'a holder that cannot be read (%s) hides no other thread, and its lease is nobody’s until it expires',
  async (text) => {
    const file = newFile()
    onTestFinished(() => file.remove())
    const store = await openStore(file.path)
    const { checkpointer, database } = store
    await append(checkpointer, 'whole', ['hello'])
    await append(checkpointer, 'damaged', ['hello'])
    database.exec(`UPDATE lease SET owner = '${text}'`)
    const found: string[] = []
    for await (const { thread } of checkpointer.threads()) found.push(thread)
    expect(found.toSorted()).toEqual(['damaged', 'whole'])
    await expect(checkpointer.lease('damaged', currentOwner('bob'), 60_000)).rejects.toMatchObject({
      code: 'lease-held',
    })
    await store.close()
  },
)
