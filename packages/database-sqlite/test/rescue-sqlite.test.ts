import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { openSqlite, rescueSqlite } from '@keepup/database-sqlite'
import { expect, test } from 'vitest'

import { temporaryFolder } from './temporary-folder.ts'

/** Kinds of pages of trees, as SQLite's file format numbers them (section 1.6). */
const leafOfTable = 13
const leafOfIndex = 10
const interiorOfIndex = 2

const text = (id: number): string => `${id} ${'x'.repeat(300)}`
const rows = Array.from({ length: 2_000 }, (_, index) => index + 1)

/** A file of 2,000 notes with an index, and a table without numbers of rows. */
async function filled(): Promise<{ path: string; bytes: Buffer; pages: { kind: number; at: number }[] }> {
  const path = join(temporaryFolder(), 'store.db')
  const database = await openSqlite(path)
  database.exec(
    'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT; CREATE INDEX by_text ON note (text)',
  )
  database.exec('CREATE TABLE pair (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID')
  const [note, pair] = ['INSERT INTO note VALUES (?, ?)', 'INSERT INTO pair VALUES (?, ?)'].map((sql) =>
    database.prepare(sql),
  )
  await database.write('process', () => {
    for (const id of rows) {
      note?.run(id, text(id))
      pair?.run(id, 2 ** 52 + id)
    }
  })
  await database.close()
  const bytes = readFileSync(path)
  const pages = Array.from({ length: bytes.length / 8_192 - 1 }, (_, page) => (page + 1) * 8_192)
  return { path, bytes, pages: pages.map((at) => ({ kind: bytes[at] ?? 0, at })) }
}

/** The ids of the notes that are rescued of a file; each is as it was written. */
async function rescued(
  path: string,
  bytes: Buffer,
): Promise<{ notes: number[]; pairs: number; damaged: string[] }> {
  writeFileSync(path, bytes)
  const told = await rescueSqlite(path, `${path}.rescued`)
  expect(readFileSync(path).equals(bytes)).toBe(true)
  const database = await openSqlite(`${path}.rescued`)
  const select = database.prepare<{ id: number; text: string }>('SELECT id, text FROM note ORDER BY id')
  const pairs = database.prepare<number>('SELECT count(*) FROM pair WHERE b = a + 4503599627370496', 'value')
  const found = await database.read(() => ({ notes: select.all(), pairs: pairs.get() ?? 0 }))
  expect(await database.findDamage()).toEqual([])
  await database.close()
  for (const note of found.notes) expect(note.text).toBe(text(note.id))
  const damaged = told.filter((table) => table.damaged).map(({ table }) => table)
  return { notes: found.notes.map(({ id }) => id), pairs: found.pairs, damaged }
}

test('a sound file is rescued whole', async () => {
  const { path, bytes } = await filled()
  expect(await rescued(path, bytes)).toEqual({ notes: rows, pairs: 2_000, damaged: [] })
})

test('a damaged index costs nothing', async () => {
  const { path, bytes, pages } = await filled()
  const damaged = Buffer.from(bytes)
  // The table without numbers of rows is kept like an index: one of its pages holds many pairs, one of the index few texts.
  const index = pages.filter(
    ({ kind, at }) => kind === leafOfIndex && bytes.subarray(at, at + 8_192).includes('xxx'),
  )
  const roots = pages.filter(
    ({ kind, at }) => kind === interiorOfIndex && bytes.subarray(at, at + 8_192).includes('xxx'),
  )
  expect(index.length + roots.length).toBeGreaterThan(50)
  for (const { at } of [...index, ...roots]) damaged.fill(0, at, at + 8_192)
  expect(await rescued(path, damaged)).toEqual({ notes: rows, pairs: 2_000, damaged: [] })
})

test('a damaged page of a table costs the rows on it, wherever it lies', async () => {
  const { path, bytes, pages } = await filled()
  const leaves = pages.filter(({ kind }) => kind === leafOfTable)
  expect(leaves.length).toBeGreaterThan(20)
  for (const lost of [[0], [leaves.length - 1], [5], [5, 6], [3, 9, 15]]) {
    const damaged = Buffer.from(bytes)
    for (const leaf of lost) damaged.fill(0, leaves[leaf]?.at, (leaves[leaf]?.at ?? 0) + 8_192)
    const found = await rescued(path, damaged)
    expect(found.damaged).toEqual(['note'])
    expect(found.notes.length).toBeLessThan(2_000)
    // A page of 8 KB holds less than 30 of these.
    expect(found.notes.length).toBeGreaterThanOrEqual(2_000 - 30 * lost.length)
  }
})

test('a file that was cut gives what lies before the cut', async () => {
  const { path, bytes } = await filled()
  for (const part of [0.3, 0.6, 0.99]) {
    const found = await rescued(path, bytes.subarray(0, Math.floor(bytes.length * part)))
    expect(found.damaged).not.toEqual([])
    expect(found.notes.length).toBeGreaterThan(100)
    expect(found.notes.length).toBeLessThanOrEqual(2_000)
  }
})

test('a file without its first page is told to be beyond rescue, and leaves nothing behind', async () => {
  const { path, bytes } = await filled()
  for (const damaged of [
    Buffer.from(bytes).fill(0, 0, 8_192),
    bytes.subarray(0, 50),
    Buffer.from('no database'),
  ]) {
    writeFileSync(path, damaged)
    await expect(rescueSqlite(path, `${path}.rescued`)).rejects.toMatchObject({ code: 'database-corrupt' })
    expect(() => readFileSync(`${path}.rescued`)).toThrow(/ENOENT/)
  }
})
