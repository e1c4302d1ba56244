import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { openPostgres } from '@keepup/database-postgres'
import { expect, test } from 'vitest'

import { administer, newSchema, openNew, serverUrl } from './databases.ts'
import { all, backend, migrations, write } from './notes.ts'

function address(change: (url: URL) => void): string {
  const url = new URL(serverUrl())
  change(url)
  return url.href
}

test('the server of this run is told by its version', async () => {
  await using database = await openNew()
  expect(database.serverVersion).toBeGreaterThanOrEqual(130_000)
  console.log(`PostgreSQL ${database.serverVersion / 10_000}`)
  expect(Math.abs((await database.now()) - Date.now())).toBeLessThan(3_600_000)
})

test('an address that is none is refused without repeating it', async () => {
  for (const url of ['', 'secret-thing', 'mysql://user:secret-thing@host/database']) {
    const opened = openPostgres(url)
    await expect(opened).rejects.toMatchObject({ code: 'input-invalid' })
    await expect(opened).rejects.not.toThrow(/secret-thing/)
  }
  await expect(openPostgres(serverUrl(), { schema: 'a b; DROP' })).rejects.toMatchObject({
    code: 'input-invalid',
  })
})

test('what a connection fails for is told with what to do, and without the password', async () => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const listening = probe.address()
  const unused = typeof listening === 'object' ? String(listening?.port) : ''
  await new Promise((resolve) => probe.close(resolve))
  const failures: readonly (readonly [url: string, advice: RegExp])[] = [
    [address((url) => (url.password = 'secret-thing')), /refused the user or the password/],
    [address((url) => (url.pathname = '/no_such_database')), /createdb/],
    [address((url) => (url.port = unused)), /Check that the server runs/],
    [address((url) => (url.hostname = 'host.invalid')), /cannot be resolved/],
  ]
  for (const [url, advice] of failures) {
    const opened = openPostgres(url)
    await expect(opened).rejects.toMatchObject({ code: 'database-unavailable' })
    await expect(opened).rejects.toThrow(advice)
    await expect(opened).rejects.not.toThrow(/secret-thing/)
  }
})

test('a user who may make no schema is told how to get one', async () => {
  const role = newSchema()
  await administer((client) => client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`))
  const url = address((made) => {
    made.username = role
    made.password = 'x'
  })
  await using database = await openPostgres(url, { schema: newSchema() })
  await expect(database.migrate('notes', migrations)).rejects.toThrow(/CREATE SCHEMA/)
  await database.close()
  await administer((client) => client.query(`DROP ROLE ${role}`))
})

test('options in the address are kept beside those that are needed', async () => {
  const schema = newSchema()
  await using database = await openNew(
    { schema },
    address((url) => url.searchParams.set('options', '-c work_mem=1234kB')),
  )
  await database.migrate('notes', migrations)
  await database.write('process', (session) => write(session, 1, 'one'))
  const { rows } = await administer((client) => client.query(`SELECT text FROM ${schema}.note`))
  expect(rows).toEqual([{ text: 'one' }])
})

test('close ends every connection and refuses work, and closing again does nothing', async () => {
  await using database = await openNew()
  await database.migrate('notes', migrations)
  database.listen('topic', () => undefined)
  await Promise.all(Array.from({ length: 5 }, () => database.query(all, [])))
  const [{ id } = { id: 0 }] = await database.query(backend, [])
  await database.close()
  await database.close()
  const { rows } = await administer((client) =>
    client.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [id]),
  )
  expect(rows).toEqual([])
  for (const refused of [
    database.query(all, []),
    database.write('process', async () => undefined),
    database.transaction(() => undefined),
    database.read(async () => undefined),
    database.migrate('notes', migrations),
  ])
    await expect(refused).rejects.toMatchObject({ code: 'database-unavailable' })
})

test('a process that has nothing else to do waits for the end of close', async () => {
  const file = fileURLToPath(new URL('announce-and-close.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@keepup/source',
    file,
    serverUrl(),
    newSchema(),
  ])
  expect(stdout).toBe('closed\n')
})

test('a backup is left to pg_dump, with the command', async () => {
  await using database = await openNew()
  await expect(database.backup('/tmp/copy.dump')).rejects.toMatchObject({ code: 'not-supported' })
  await expect(database.backup('/tmp/copy.dump')).rejects.toThrow(
    `pg_dump --format=custom --schema=${database.schema}`,
  )
})
