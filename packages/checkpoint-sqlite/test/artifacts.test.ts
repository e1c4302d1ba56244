import { createHash } from 'node:crypto'

import { type Label, trustedLabel } from '@keepup/core'
import { startProgram } from '@keepup/vitest/child-process'
import { expect, onTestFinished, test } from 'vitest'

import { newFile, openStore } from './stores.ts'

const about: { mediaType: string; label: Label } = { mediaType: 'text/plain', label: trustedLabel }

async function opened(): ReturnType<typeof openStore> {
  const file = newFile()
  const store = await openStore(file.path)
  onTestFinished(async () => {
    await store.close()
    file.remove()
  })
  return store
}

test('256 MB pass through without ever lying in memory', async () => {
  const file = newFile()
  onTestFinished(() => file.remove())
  const { code, complaint } = await startProgram(new URL('large-artifact.ts', import.meta.url), file.path)
    .ended
  expect([code, complaint]).toEqual([0, ''])
}, 60_000)

test('gives any range, over the borders of its rows', async () => {
  const { artifacts } = await opened()
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) % 251))
  const { hash, size } = await artifacts.put(bytes, about)
  expect([hash, size]).toEqual([createHash('sha256').update(bytes).digest('hex'), 200_000])
  for (const [from, to] of [
    [0, 1],
    [65_535, 65_537],
    [65_536, 131_072],
    [100_000, 200_000],
    [199_999, 500_000],
    [70, 70],
    [200_000, 200_001],
  ] as const) {
    const parts: Uint8Array[] = []
    for await (const part of artifacts.get(hash, { from, to })) parts.push(part)
    expect(Buffer.concat(parts).equals(bytes.subarray(from, to))).toBe(true)
  }
})

test('gives out nothing of a damaged row, and what is not damaged still', async () => {
  const { artifacts, database } = await opened()
  const { hash } = await artifacts.put(Buffer.alloc(200_000, 'a'), about)
  const change = database.prepare(
    'UPDATE artifact_chunk SET bytes = zeroblob(65536) WHERE place & 0xffffff = 1',
  )
  await database.write('process', () => change.run())
  const read = async (range?: { from: number; to: number }): Promise<number> => {
    let seen = 0
    for await (const part of artifacts.get(hash, range)) {
      expect(part.every((byte) => byte === 97)).toBe(true)
      seen += part.length
    }
    return seen
  }
  await expect(read()).rejects.toMatchObject({ code: 'artifact-damaged' })
  await expect(read({ from: 70_000, to: 70_001 })).rejects.toMatchObject({ code: 'artifact-damaged' })
  expect(await read({ from: 140_000, to: 150_000 })).toBe(10_000)
})

test('what is damaged is healed by putting it again, under its old uses and labels', async () => {
  const { artifacts, database } = await opened()
  const content = Buffer.alloc(200_000, 'a')
  const { hash } = await artifacts.put(content, about)
  const other = await artifacts.put(Buffer.alloc(100_000, 'b'), about)
  const read = async (of = hash): Promise<Buffer> => {
    const parts: Uint8Array[] = []
    for await (const part of artifacts.get(of)) parts.push(part)
    return Buffer.concat(parts)
  }
  const id = database.prepare<number>('SELECT id FROM artifact WHERE size > 150000', 'value')
  const [before] = await database.read(() => id.all())
  for (const damage of [
    'UPDATE artifact_chunk SET bytes = zeroblob(65536) WHERE place = (1 << 24) | 1',
    'UPDATE artifact_chunk SET digest = zeroblob(32) WHERE place = 1 << 24',
    'DELETE FROM artifact_chunk WHERE place = (1 << 24) | 2',
    'UPDATE artifact SET size = 199999 WHERE id = 1',
  ]) {
    const change = database.prepare(damage)
    expect((await database.write('process', () => change.run())).changes).toBe(1)
    await expect(read()).rejects.toMatchObject({ code: 'artifact-damaged' })
    const label: Label = { ...trustedLabel, integrity: 'free-text' }
    expect((await artifacts.put(content, { ...about, label })).hash).toBe(hash)
    expect((await read()).equals(content)).toBe(true)
    expect((await artifacts.describe(hash))?.label.integrity).toBe('free-text')
  }
  expect((await read(other.hash)).length).toBe(100_000)
  expect(await database.read(() => id.all())).toEqual([before])
  const rows = database.prepare<number>('SELECT count(*) FROM artifact_chunk', 'value')
  expect(await database.read(() => rows.get())).toBe(6)
})

test('a source that fails, and a process that died, leave nothing behind', async () => {
  const { artifacts, database } = await opened()
  const left = database.prepare<number>(
    'SELECT (SELECT count(*) FROM artifact) + (SELECT count(*) FROM artifact_chunk)',
    'value',
  )
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(100_000)
    await Promise.resolve()
    throw new RangeError('the source broke')
  }
  await expect(artifacts.put(failing(), about)).rejects.toThrow('the source broke')
  expect(await database.read(() => left.get())).toBe(0)

  const dead = JSON.stringify(['elsewhere', 'boot', 1, '1', 'artifacts'])
  const now = Date.now()
  const plant = database.prepare(
    "INSERT INTO artifact (hash, size, media_type, label, put, writer) VALUES (NULL, 0, 'text/plain', 1, ?, ?)",
  )
  await database.write('process', () => plant.run(now, dead))
  await artifacts.collect(0)
  expect(await database.read(() => left.get())).toBe(1)
  await database.write('process', () => database.exec('UPDATE artifact SET put = put - 90000000'))
  await artifacts.collect(0)
  expect(await database.read(() => left.get())).toBe(0)
})
