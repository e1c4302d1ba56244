import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openSqlite, type SqliteDatabase } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function openSecrets(path: string): Promise<SqliteDatabase> {
  const database = await openSqlite(path)
  database.migrate('secrets', [
    { release: '0.1.0', up: 'CREATE TABLE secret (id INTEGER PRIMARY KEY, text TEXT) STRICT' },
  ])
  const insert = database.prepare('INSERT INTO secret (text) VALUES (?)')
  for (let round = 0; round < 300; round += 1) {
    await database.write('process', () => insert.run(`SECRET-${round}-${'s'.repeat((round * 37) % 3_000)}`))
  }
  return database
}

test('copies a database that is being written, whole and consistent', async () => {
  const folder = temporaryFolder()
  const database = await openSecrets(join(folder, 'file.db'))
  const copying = database.backup(join(folder, 'copy.db'))
  const insert = database.prepare('INSERT INTO secret (text) VALUES (?)')
  for (let round = 0; round < 50; round += 1) await database.write('process', () => insert.run('more'))
  await copying
  await using copy = await openSqlite(join(folder, 'copy.db'))
  expect(await copy.findDamage()).toEqual([])
  const count = copy.prepare<number>('SELECT count(*) FROM secret', 'value')
  expect(await copy.read(() => count.get())).toBeGreaterThanOrEqual(300)
  expect(existsSync(join(folder, 'copy.db.partial'))).toBe(false)
  await database.close()
})

test('says so when a backup cannot be written', async () => {
  const folder = temporaryFolder()
  await using database = await openSecrets(join(folder, 'file.db'))
  await expect(database.backup(join(folder, 'missing', 'copy.db'))).rejects.toMatchObject({
    code: 'database-unavailable',
    message: expect.stringContaining('missing'),
  })
})

test('leaves no trace of deleted rows after shredding, and gives their space back', async () => {
  const path = join(temporaryFolder(), 'file.db')
  await (await openSecrets(path)).close()
  await using database = await openSqlite(path)
  const remove = database.prepare('DELETE FROM secret WHERE id % 7 > 0')
  await database.write('power', () => remove.run())
  const traces = (): number =>
    [path, `${path}-wal`].filter(existsSync).reduce((sum, file) => {
      const found = readFileSync(file, 'latin1').match(/SECRET-\d+-/g) ?? []
      return sum + new Set(found).size
    }, 0)
  expect(traces()).toBeGreaterThan(42)
  const before = statSync(path).size
  await database.shred()
  expect(traces()).toBe(42)
  expect(statSync(path).size).toBeLessThan(before)
})

test('does not claim to have shredded what another reader keeps', async () => {
  const path = join(temporaryFolder(), 'file.db')
  const database = await openSqlite(path, { busyTimeout: 20 })
  database.exec('CREATE TABLE secret (text TEXT)')
  const { default: BetterSqlite } = await import('better-sqlite3')
  const reader = new BetterSqlite(path)
  reader.exec('BEGIN; SELECT count(*) FROM secret')
  reader.prepare('SELECT count(*) FROM secret').get()
  await database.write('process', () => database.prepare("INSERT INTO secret VALUES ('x')").run())
  await expect(database.shred()).rejects.toMatchObject({ code: 'database-busy' })
  reader.close()
  await database.shred()
  await database.close()
})

test('a backup ends while another connection never stops writing', async () => {
  const folder = temporaryFolder()
  await using database = await openSecrets(join(folder, 'file.db'))
  const blob = database.prepare("INSERT INTO secret (text) VALUES (printf('%.*c', 100000, 'x'))")
  await database.write('process', () => {
    for (let round = 0; round < 120; round += 1) blob.run()
  })
  await using other = await openSqlite(join(folder, 'file.db'))
  const insert = other.prepare('INSERT INTO secret (text) VALUES (?)')
  const stopped = new AbortController()
  const writing = (async () => {
    while (!stopped.signal.aborted) {
      await other.write('process', () => insert.run('more'))
      await new Promise(setImmediate)
    }
  })()
  await database.backup(join(folder, 'copy.db'))
  stopped.abort()
  await writing
  await using copy = await openSqlite(join(folder, 'copy.db'))
  expect(await copy.findDamage()).toEqual([])
})
