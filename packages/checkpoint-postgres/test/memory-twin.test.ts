import { compareWithMemory, type TwinParts, type TwinStore } from '@keepup/vitest/memory-twin'
import { expect, inject, test } from 'vitest'

import { newSchema, openStore, type OpenStore } from './stores.ts'

/** KEEPUP_TWIN_RUNS=500 for a long run. */
const runs = Number(process.env['KEEPUP_TWIN_RUNS'] ?? 10)

/** A store as a twin. Whoever had it open before it was opened anew still has, as a process that lives on. */
function twin(store: OpenStore, parts: TwinParts, earlier: readonly OpenStore[] = []): TwinStore {
  const { checkpointer, database } = store
  return {
    checkpointer,
    transaction: (body) =>
      database.transaction((transaction) => body(checkpointer.within(transaction)), 'power'),
    reopen: async () =>
      twin(await openStore(inject('postgresUrl'), database.schema, parts), parts, [...earlier, store]),
    remove: async () => {
      for (const each of earlier) await each.close()
      await store.remove()
    },
  }
}

test(
  'does, refuses and shows what the in-memory checkpointer does, hash by hash',
  async () => {
    const compared = compareWithMemory(async (parts) => {
      return twin(await openStore(inject('postgresUrl'), newSchema(), parts), parts)
    }, runs)
    await expect(compared).resolves.toBeUndefined()
  },
  60_000 + runs * 3_000,
)
