import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openPostgres } from '@keepup/database-postgres'
import { openSqlite } from '@keepup/database-sqlite'
import { expect, inject, test } from 'vitest'

import { tryRandomGraphs } from './random-lives.ts'

const isOwnerDead = (): boolean => true
const runs = Number(process.env['KEEPUP_GRAPH_RUNS'] ?? 40)

test('random graphs come to what the interpreter comes to, on SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-graph-'))
  const database = await openSqlite(join(folder, 'store.db'))
  try {
    await using checkpointer = sqliteCheckpointer(database, { isOwnerDead })
    const tried = await tryRandomGraphs(() => checkpointer, runs)
    expect(tried.deaths * tried.forks).toBeGreaterThan(0)
  } finally {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)

test('and on PostgreSQL', async () => {
  const schema = `graph_${randomBytes(8).toString('hex')}`
  const database = await openPostgres(inject('postgresUrl'), { schema, connections: 4 })
  try {
    await using checkpointer = await postgresCheckpointer(database, { isOwnerDead })
    const tried = await tryRandomGraphs(() => checkpointer, Math.ceil(runs / 2))
    expect(tried.deaths * tried.forks).toBeGreaterThan(0)
  } finally {
    await database.write('process', (session) => session.exec(`DROP SCHEMA ${schema} CASCADE`))
    await database.close()
  }
}, 120_000)
