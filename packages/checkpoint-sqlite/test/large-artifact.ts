import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'

import { sqliteArtifacts } from '@keepup/checkpoint-sqlite'
import { trustedLabel } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'

/** Stores and reads 256 MB and fails where the memory of the process grew by half of that. Started by a test. */
const size = 256 * 2 ** 20
const part = Buffer.alloc(100_000, 'keepup ')
const database = await openSqlite(process.argv[2] ?? '')
const artifacts = sqliteArtifacts(database)
const before = process.memoryUsage().rss
let most = 0

async function* source(): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; left -= part.length) {
    most = Math.max(most, process.memoryUsage().rss)
    yield part.subarray(0, left)
  }
}

const stored = await artifacts.put(source(), { mediaType: 'text/plain', label: trustedLabel })
assert.equal(stored.size, size)
const hash = createHash('sha256')
for await (const bytes of artifacts.get(stored.hash)) {
  most = Math.max(most, process.memoryUsage().rss)
  hash.update(bytes)
}
assert.equal(hash.digest('hex'), stored.hash)
assert.ok(most - before < size / 2, `memory grew by ${Math.round((most - before) / 2 ** 20)} MB`)
await database.close()
