import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { type Migration, openSqlite } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const first: Migration = { release: '0.1.0', up: 'CREATE TABLE thing (name TEXT) STRICT' }
const second: Migration = {
  release: '0.2.0',
  up: (database) => {
    database.exec('ALTER TABLE thing ADD COLUMN size INTEGER')
    database.prepare('UPDATE thing SET size = length(name)').run()
  },
}

test('brings every earlier version to the newest, keeping the rows', async () => {
  const path = join(temporaryFolder(), 'file.db')
  const old = await openSqlite(path)
  old.migrate('things', [first])
  await old.write('process', () => old.prepare('INSERT INTO thing VALUES (?)').run('four'))
  await old.close()

  const database = await openSqlite(path)
  database.migrate('things', [first, second])
  database.migrate('things', [first, second])
  database.migrate('others', [{ release: '0.2.0', up: 'CREATE TABLE other (name TEXT) STRICT' }])
  const things = database.prepare('SELECT name, size FROM thing')
  expect(await database.read(() => things.all())).toEqual([{ name: 'four', size: 4 }])
  await database.close()
})

test('leaves the version before whole when a migration fails', async () => {
  const path = join(temporaryFolder(), 'file.db')
  const database = await openSqlite(path)
  const broken: Migration = {
    release: '0.2.0',
    up: 'CREATE TABLE half (x TEXT) STRICT; SELECT nonsense FROM nowhere',
  }
  expect(() => database.migrate('things', [first, broken])).toThrow(
    expect.objectContaining({ code: 'internal' }),
  )
  const tables = database.prepare<string>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    'value',
  )
  expect(await database.read(() => tables.all())).toEqual(['keepup_migration', 'thing'])
  database.migrate('things', [first, second])
  await database.close()
})

test('refuses a database of a newer release, and names that release', async () => {
  const path = join(temporaryFolder(), 'file.db')
  const newer = await openSqlite(path)
  newer.migrate('things', [first, second])
  await newer.close()
  await using database = await openSqlite(path)
  expect(() => database.migrate('things', [first])).toThrow(
    expect.objectContaining({
      code: 'database-too-new',
      message: expect.stringMatching(/written by keepup 0\.2\.0 or newer .*Update keepup/),
    }),
  )
})

test('refuses to migrate what it may only read', async () => {
  const path = join(temporaryFolder(), 'file.db')
  const old = await openSqlite(path)
  old.migrate('things', [first])
  await old.close()
  await using database = await openSqlite(path, { readOnly: true })
  database.migrate('things', [first])
  expect(() => database.migrate('things', [first, second])).toThrow(
    expect.objectContaining({ code: 'database-read-only' }),
  )
})

test('lets fifty processes open, migrate and write the same new file at once', async () => {
  const path = join(temporaryFolder(), 'new', 'file.db')
  const program = fileURLToPath(new URL('open-and-write.ts', import.meta.url))
  const processes = Array.from({ length: 50 }, (_, index) =>
    spawn(process.execPath, ['--conditions=@keepup/source', program, path, `process ${index}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  )
  const ends = await Promise.all(
    processes.map(async (child) => {
      let complaint = ''
      child.stderr.on('data', (part: Buffer) => (complaint += part.toString()))
      const [code] = await once(child, 'close')
      return { code: Number(code), complaint }
    }),
  )
  expect(ends.filter(({ code }) => code !== 0)).toEqual([])
  await using database = await openSqlite(path)
  const names = database.prepare<number>('SELECT count(DISTINCT name) FROM thing', 'value')
  expect(await database.read(() => names.get())).toBe(100)
  expect(await database.findDamage()).toEqual([])
}, 120_000)
