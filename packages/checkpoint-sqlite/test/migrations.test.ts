import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { verifyThread } from '@keepup/checkpoint'
import { type Entry, trustedLabel } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { append, control, note, stranger } from '@keepup/vitest/entries'
import { describe, expect, onTestFinished, test } from 'vitest'

import { sqliteArtifacts, sqliteCheckpointer } from '../src/index.ts'
import { migrations } from '../src/migrations.ts'
import { newFile, openStore } from './stores.ts'

const golden = join(import.meta.dirname, 'golden')
const file = (): string => {
  const made = newFile()
  onTestFinished(() => made.remove())
  return made.path
}

test('there is a database of every version', () => {
  expect(readdirSync(golden)).toEqual(migrations.map((_, index) => `version-${index + 1}.sql`))
})

describe.each(readdirSync(golden))('a database of %s', (name) => {
  async function reopen(): ReturnType<typeof openStore> {
    const path = file()
    const database = await openSqlite(path)
    database.exec(readFileSync(join(golden, name), 'utf8'))
    await database.close()
    const store = await openStore(path, {
      clock: { now: () => 1_700_000_001_000, sleep: () => Promise.resolve() },
    })
    onTestFinished(() => store.close())
    return store
  }
  const data = (entries: readonly Entry[]): unknown[] => entries.map((entry) => entry.data)

  test('is read to the last field', async () => {
    const { checkpointer, artifacts } = await reopen()
    const view = await checkpointer.read('main')
    expect(view).toMatchObject({ head: 7, inherited: 3 })
    expect(view.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(data(view.entries)).toEqual([
      { exact: [new Date(0), 5n, undefined] },
      'with much',
      'three',
      { to: 3 },
      'seven',
    ])
    const [first, second] = view.entries
    expect(first?.labels?.leaves?.[0]?.[1].sources).toEqual(['tool:read'])
    expect(second).toMatchObject({ cause: 'taken', scope: 'node', until: 1_700_000_009_000, critical: true })
    expect(await artifacts.describe(second?.artifacts?.[0] ?? '')).toMatchObject({
      size: 11,
      label: trustedLabel,
    })
    expect(view.entries.at(-1)).toMatchObject({ cause: 6, labels: { default: trustedLabel } })
    expect(data((await checkpointer.read('fork')).entries)).toEqual([
      ...data(view.entries.slice(0, 3)),
      undefined,
      'five',
      'own six',
    ])
    expect(data((await checkpointer.read('pruned')).entries)).toMatchObject([{ state: ['a', 'b'] }, 'c'])
    const { snapshot } = await checkpointer.read('main', { fold: { id: 'told', version: 2 } })
    expect(snapshot).toMatchObject({ at: 3, bytes: new Uint8Array([91, 49, 93]) })
  })

  test('keeps its chains, signals, leases and ids', async () => {
    const { checkpointer, database } = await reopen()
    for (const thread of ['main', 'fork', 'many', 'pruned']) await verifyThread(checkpointer, thread)
    expect((await checkpointer.pending('main')).map(({ id }) => id)).toEqual(['waiting'])
    expect(await checkpointer.signal([control('main', 'taken')], 'process')).toEqual(['duplicate'])
    const other = { ...stranger, instance: 'other' }
    await expect(checkpointer.lease('main', other, 1_000)).rejects.toMatchObject({ code: 'lease-held' })
    const known = { thread: 'many', after: 'head', entries: [note('fact', { id: 'fact-1' })] } as const
    expect((await checkpointer.commit({ appends: [known], flush: 'process' }))[0]?.entries).toEqual([])
    const due = checkpointer.threads({ due: 1_700_000_005_000 })
    expect((await due[Symbol.asyncIterator]().next()).value).toMatchObject({ thread: 'main', head: 7 })
    await append(checkpointer, 'main', ['goes on'])
    expect((await checkpointer.read('main')).head).toBe(8)
    expect(await database.findDamage()).toEqual([])
  })
})

test('refuses tables of a newer keepup, and names the release', async () => {
  const path = file()
  const store = await openStore(path)
  await append(store.checkpointer, 'thread', ['kept'])
  await store.database.write('process', () =>
    store.database.exec(
      "UPDATE keepup_migration SET version = 99, release = '7.1.0' WHERE owner = 'checkpoint'",
    ),
  )
  await store.close()
  await using database = await openSqlite(path)
  for (const open of [sqliteCheckpointer, sqliteArtifacts]) {
    expect(() => open(database)).toThrow(
      expect.objectContaining({
        code: 'database-too-new',
        message: expect.stringContaining('Update keepup to 7.1.0'),
      }),
    )
  }
})

test('reads a file that may only be read, and refuses to change it', async () => {
  const path = file()
  const store = await openStore(path)
  await append(store.checkpointer, 'thread', ['kept'])
  await store.close()
  await using database = await openSqlite(path, { readOnly: true })
  const checkpointer = sqliteCheckpointer(database)
  expect((await checkpointer.read('thread')).head).toBe(1)
  await expect(checkpointer.lease('thread', stranger, 1_000)).rejects.toMatchObject({
    code: 'database-read-only',
  })
  await expect(checkpointer.signal([control('thread', 'x')], 'power')).rejects.toMatchObject({
    code: 'database-read-only',
  })
})

test('cannot make its tables where nothing may be written', async () => {
  const path = file()
  await (await openSqlite(path)).close()
  await using database = await openSqlite(path, { readOnly: true })
  expect(() => sqliteCheckpointer(database)).toThrow(expect.objectContaining({ code: 'database-read-only' }))
})
