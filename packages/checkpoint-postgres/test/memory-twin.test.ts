import { compareWithMemory } from '@keepup/vitest/memory-twin'
import { expect, inject, test } from 'vitest'

import { openStore } from './stores.ts'

/** KEEPUP_TWIN_RUNS=500 for a long run. */
const runs = Number(process.env['KEEPUP_TWIN_RUNS'] ?? 25)

test(
  'does, refuses and shows what the in-memory checkpointer does, hash by hash',
  async () => {
    const compared = compareWithMemory((parts) => openStore(inject('postgresUrl'), undefined, parts), runs)
    await expect(compared).resolves.toBeUndefined()
  },
  60_000 + runs * 3_000,
)
