import { appendUntilKilled } from '@keepup/vitest/append-until-killed'

import { openStore } from './stores.ts'

/** Appends for ever and says what was acknowledged, until it is killed. Started by a test. */
const [url = '', schema = ''] = process.argv.slice(2)
const { checkpointer, artifacts } = await openStore(url, schema)
await appendUntilKilled(checkpointer, artifacts)
