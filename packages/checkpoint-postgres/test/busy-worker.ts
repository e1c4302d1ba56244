import { currentOwner } from '@keepup/checkpoint'
import { append, control, note } from '@keepup/vitest/entries'

import { openStore } from './stores.ts'

/** One of many processes on one schema: appends to a thread of its own and to one of many writers, and signals one that all share. Started by a test. */
const [url = '', schema = '', name = ''] = process.argv.slice(2)
const store = await openStore(url, schema, { connections: 2 })
const { checkpointer } = store
const owner = currentOwner('worker')
for (let round = 0; round < 4; round += 1) {
  await append(checkpointer, name, [`${round} a`, `${round} b`], owner)
  const flush = round % 4 === 0 ? 'power' : 'process'
  await checkpointer.signal([control('shared', `${name} ${round}`)], flush)
  const fact = note(`${name} ${round}`, { id: `${name} ${round}` })
  // Twice, as after an answer that was lost.
  for (let time = 0; time < 2; time += 1)
    await checkpointer.commit({ appends: [{ thread: 'facts', after: 'head', entries: [fact] }], flush })
}
await store.close()
