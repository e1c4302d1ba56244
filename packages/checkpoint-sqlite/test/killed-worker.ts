import { sqliteArtifacts, sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { appendUntilKilled } from '@keepup/vitest/append-until-killed'

/** Appends for ever and says what was acknowledged, until it is killed. Started by a test. */
const [path = ''] = process.argv.slice(2)
const database = await openSqlite(path)
await appendUntilKilled(sqliteCheckpointer(database), sqliteArtifacts(database))
