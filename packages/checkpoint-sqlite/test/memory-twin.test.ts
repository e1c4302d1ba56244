import { compareWithMemory, type TwinParts, type TwinStore } from '@keepup/vitest/memory-twin'
import { expect, test } from 'vitest'

import { newFile, openStore, type OpenStore } from './stores.ts'

/** KEEPUP_TWIN_RUNS=1000 for a long run. */
const runs = Number(process.env['KEEPUP_TWIN_RUNS'] ?? 40)

/** A store as a twin. Whoever had it open before it was opened anew still has, as a process that lives on. */
function twin(store: OpenStore, parts: TwinParts, remove: () => Promise<void>): TwinStore {
  const { checkpointer, database } = store
  const removeAll = async (): Promise<void> => {
    await store.close()
    await remove()
  }
  return {
    checkpointer,
    transaction: (body) =>
      database.transaction((transaction) => body(checkpointer.within(transaction)), 'power'),
    reopen: async () => twin(await openStore(store.path, parts), parts, removeAll),
    remove: removeAll,
  }
}

test(
  'does, refuses and shows what the in-memory checkpointer does, hash by hash',
  async () => {
    const compared = compareWithMemory(async (parts) => {
      const file = newFile()
      return twin(await openStore(file.path, parts), parts, async () => file.remove())
    }, runs)
    await expect(compared).resolves.toBeUndefined()
  },
  60_000 + runs * 1_000,
)
