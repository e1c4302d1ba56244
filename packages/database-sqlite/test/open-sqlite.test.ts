import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openSqlite } from '../src/index.ts'
import { requireNode } from '../src/require-node.ts'
import { smallDisk } from './small-disk.ts'
import { temporaryFolder } from './temporary-folder.ts'

const notes = [{ release: '0.1.0', up: 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT) STRICT' }]

async function filledFile(rows = 100): Promise<string> {
  const path = join(temporaryFolder(), 'filled.db')
  await using database = await openSqlite(path)
  database.migrate('notes', notes)
  const insert = database.prepare('INSERT INTO note (text) VALUES (?)')
  await database.write('process', () => {
    for (let row = 0; row < rows; row += 1) insert.run(`${row} `.repeat(200))
  })
  return path
}

test('makes the file and its folder', async () => {
  const path = join(temporaryFolder(), 'new', 'deep', 'file.db')
  await using database = await openSqlite(path)
  expect(database.path).toBe(path)
  const mode = database.prepare<string>('PRAGMA journal_mode', 'value')
  expect(await database.read(() => mode.get())).toBe('wal')
})

test('keeps a database in memory', async () => {
  await using database = await openSqlite(':memory:')
  database.migrate('notes', notes)
  const count = database.prepare<number>('SELECT count(*) FROM note', 'value')
  expect(await database.read(() => count.get())).toBe(0)
})

test('leaves one file, without a log, when it is closed', async () => {
  const path = await filledFile()
  expect(() => readFileSync(`${path}-wal`)).toThrow('ENOENT')
  await using database = await openSqlite(path)
  expect(await database.findDamage()).toEqual([])
})

test('refuses a Node.js that would crash, and says which one to install', () => {
  expect(() => requireNode('20.19.1')).toThrow(/needs Node.js 22.18 or newer; this is 20.19.1. Install/)
  expect(() => requireNode('22.17.0')).toThrow(expect.objectContaining({ code: 'node-too-old' }))
  for (const version of ['22.18.0', '24.0.0', '100.1.2']) expect(() => requireNode(version)).not.toThrow()
})

test('refuses a file that is not a database', async () => {
  const path = join(temporaryFolder(), 'letter.txt')
  writeFileSync(path, 'Dear reader, '.repeat(1_000))
  await expect(openSqlite(path)).rejects.toMatchObject({
    code: 'database-corrupt',
    message: expect.stringContaining(path),
  })
  expect(readFileSync(path, 'utf8')).toBe('Dear reader, '.repeat(1_000))
})

test('finds a truncated file damaged', async () => {
  const path = await filledFile()
  truncateSync(path, 8192 * 5)
  const outcome = await openSqlite(path)
    .then(
      async (database) => {
        const texts = database.prepare<string>('SELECT text FROM note', 'value')
        return database.read(() => texts.all())
      },
      (error: unknown) => Promise.reject(error),
    )
    .catch((error: unknown) => error)
  expect(outcome).toMatchObject({ code: 'database-corrupt', message: expect.stringContaining('.recover') })
})

test('tells what is damaged', async () => {
  const path = await filledFile()
  const bytes = readFileSync(path)
  bytes.fill(0xff, 8192 * 6 + 100, 8192 * 6 + 400)
  bytes.fill(0xff, 8192 * 7, 8192 * 7 + 64)
  writeFileSync(path, bytes)
  await using database = await openSqlite(path)
  expect(await database.findDamage()).not.toEqual([])
})

test('refuses an empty path', async () => {
  await expect(openSqlite('')).rejects.toMatchObject({ code: 'input-invalid' })
})

test('refuses a folder, and a path below a file', async () => {
  const folder = temporaryFolder()
  await expect(openSqlite(folder)).rejects.toMatchObject({ code: 'database-unavailable' })
  writeFileSync(join(folder, 'file'), '')
  await expect(openSqlite(join(folder, 'file', 'x.db'))).rejects.toMatchObject({
    code: 'database-unavailable',
  })
})

test('opens an existing file for reading only, and then refuses every write', async () => {
  const path = await filledFile()
  await using database = await openSqlite(path, { readOnly: true })
  database.migrate('notes', notes)
  const count = database.prepare<number>('SELECT count(*) FROM note', 'value')
  expect(await database.read(() => count.get())).toBe(100)
  const remove = database.prepare('DELETE FROM note')
  await expect(database.write('process', () => remove.run())).rejects.toMatchObject({
    code: 'database-read-only',
    message: expect.stringContaining('Make the file and its folder writable'),
  })
  await expect(openSqlite(join(temporaryFolder(), 'none.db'), { readOnly: true })).rejects.toMatchObject({
    code: 'database-unavailable',
  })
})

test('says that a file on a read-only disk cannot be written', async () => {
  const source = await filledFile()
  const disk = smallDisk()
  const path = join(disk.folder, 'sub', 'file.db')
  mkdirSync(join(disk.folder, 'sub'))
  copyFileSync(source, path)
  if (disk.mounted) disk.remount('ro')
  else for (const made of [path, join(disk.folder, 'sub')]) chmodSync(made, 0o555)
  const outcome = await openSqlite(path).catch((error: unknown) => error)
  expect(outcome).toMatchObject({ message: expect.stringContaining(path) })
  expect(['database-read-only', 'database-unavailable']).toContain((outcome as { code?: string }).code)
  expect(spawnSync('sh', ['-c', `wc -c < ${path}`]).status).toBe(0)
})

test('refuses everything once it is closed', async () => {
  const database = await openSqlite(':memory:')
  await database.close()
  await database.close()
  const closed = { code: 'database-unavailable', message: expect.stringContaining('closed') }
  await expect(database.write('process', () => 1)).rejects.toMatchObject(closed)
  await expect(database.read(() => 1)).rejects.toMatchObject(closed)
  await expect(database.transaction(() => 1)).rejects.toMatchObject(closed)
  await expect(database.backup('/tmp/never.db')).rejects.toMatchObject(closed)
  expect(() => database.migrate('notes', notes)).toThrow(expect.objectContaining(closed))
})
