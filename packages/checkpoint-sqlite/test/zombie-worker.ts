import { liveAsZombie } from '@keepup/vitest/live-as-zombie'

import { openStore } from './stores.ts'

/** Holds a thread and is stopped past its lease. Started by a test. */
const store = await openStore(process.argv[2] ?? '')
await liveAsZombie(store.checkpointer)
await store.close()
