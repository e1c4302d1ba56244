import { openPostgres, statement } from '@keepup/database-postgres'
import { expect, test } from 'vitest'

import { newSchema, openNew, serverUrl } from './databases.ts'
import { all, migrations, write } from './notes.ts'

test('ten at once on an empty database migrate it once', async () => {
  const schema = newSchema()
  let ran = 0
  const counted = [
    ...migrations,
    {
      release: '0.3.0',
      up: async () => {
        ran += 1
      },
    },
  ]
  const databases = await Promise.all(
    Array.from({ length: 10 }, () => openPostgres(serverUrl(), { schema, connections: 2 })),
  )
  await Promise.all(databases.map((database) => database.migrate('notes', counted)))
  expect(ran).toBe(1)
  await Promise.all(databases.map((database) => database.close()))
  await using database = await openNew({ schema })
  await database.write('process', (session) => write(session, 1, 'one'))
  expect(await database.query(all, [])).toEqual([{ id: 1, text: 'one' }])
})

test('owners migrate beside each other, and again without effect', async () => {
  await using database = await openNew()
  const other = [{ release: '0.1.0', up: 'CREATE TABLE other (id integer)' }]
  await Promise.all([database.migrate('notes', migrations), database.migrate('others', other)])
  await Promise.all([database.migrate('notes', migrations), database.migrate('others', other)])
  expect(await database.query(all, [])).toEqual([])
})

test('a database of a newer release is refused, naming the release', async () => {
  await using database = await openNew()
  await database.migrate('notes', [...migrations, { release: '7.8.9', up: 'SELECT 1' }])
  const opened = database.migrate('notes', migrations)
  await expect(opened).rejects.toMatchObject({ code: 'database-too-new' })
  await expect(opened).rejects.toThrow('Update keepup to 7.8.9')
})

test('a migration that fails leaves nothing, and the next start goes on from there', async () => {
  await using database = await openNew()
  const broken = [
    ...migrations,
    { release: '0.3.0', up: 'CREATE TABLE half (id integer); SELECT no_such_column' },
  ]
  await expect(database.migrate('notes', broken)).rejects.toMatchObject({ code: 'internal' })
  const half = statement<{ known: boolean }>("SELECT to_regclass('half') IS NOT NULL AS known")
  expect(await database.query(half, [])).toEqual([{ known: false }])
  await database.migrate('notes', [...migrations, { release: '0.3.0', up: 'CREATE TABLE half (id integer)' }])
  expect(await database.query(half, [])).toEqual([{ known: true }])
})
