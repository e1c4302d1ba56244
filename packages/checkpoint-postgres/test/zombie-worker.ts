import { liveAsZombie } from '@keepup/vitest/live-as-zombie'

import { openStore } from './stores.ts'

/** Holds a thread and is stopped past its lease. Started by a test. */
const [url = '', schema = ''] = process.argv.slice(2)
const store = await openStore(url, schema)
await liveAsZombie(store.checkpointer)
await store.close()
