import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'

import { expect, test, vi } from 'vitest'

import { releaseSnapshots } from '../src/index.ts'
import { scratch } from './scratch.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Files below a folder that have these bytes: as they are, or deflated as git keeps them, by itself or in a pack. */
async function traces(folder: string, text: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path)
    if (bytes.includes(text) || inflated(bytes).includes(text)) found.push(path)
  }
  const repository = join(folder, 'shadow.git')
  const all = ['cat-file', '--batch', '--batch-all-objects']
  if (execFileSync('git', ['--git-dir', repository, ...all]).includes(text)) found.push('an object')
  return found
}

function inflated(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes)
  } catch {
    return Buffer.alloc(0)
  }
}

test('no byte of what is let go of is found afterwards, what is shared stays, and the next look is right', async () => {
  const { write, open, storage, text } = await scratch()
  const workspace = await open()
  await write({ 'secret-name.txt': 'SECRET-one', 'common.txt': 'COMMON' })
  const { id: first } = await workspace.snapshot()
  await write({ 'other.txt': 'OTHER' })
  await workspace.snapshot()
  // Packed, as after a clean-up.
  await workspace.retain([first])
  expect(await traces(storage, 'SECRET-one')).not.toEqual([])
  expect(await traces(storage, 'secret-name.txt')).not.toEqual([])
  await write({ 'secret-name.txt': 'new', 'common.txt': 'COMMON' })
  const { id: second } = await workspace.snapshot()
  const told = await releaseSnapshots({ storage, ids: [first, '0'.repeat(40)] })
  // The tree and the secret; the common file is the other snapshot's too.
  expect(told).toEqual({ ids: [first], held: [], deleted: 2, shared: 1 })
  expect(await traces(storage, 'SECRET-one')).toEqual([])
  expect(await traces(storage, 'COMMON')).not.toEqual([])
  await expect(workspace.restore(first)).rejects.toMatchObject({ code: 'checkpoint-unknown' })
  await write({ 'secret-name.txt': 'changed' })
  await workspace.restore(second)
  expect(await text('secret-name.txt')).toBe('new')
  expect((await workspace.snapshot()).id).toBe(second)
  expect(await releaseSnapshots({ storage, ids: [first] })).toMatchObject({ ids: [], deleted: 0 })
})

test('what another holder holds too stays until that one lets go, and is told', async () => {
  const { write, open, storage } = await scratch()
  await write({ 'a.txt': 'SECRET-two' })
  const { id } = await (await open({ holder: 'one' })).snapshot()
  expect((await (await open({ holder: 'two' })).snapshot()).id).toBe(id)
  expect(await releaseSnapshots({ storage, holder: 'one', ids: [id] })).toEqual({
    ids: [id],
    held: [id],
    deleted: 0,
    shared: 2,
  })
  expect(await traces(storage, 'SECRET-two')).not.toEqual([])
  // Nor does a clean-up of one holder take what another holds.
  await (await open({ holder: 'one' })).retain([])
  expect(await traces(storage, 'SECRET-two')).not.toEqual([])
  expect(await releaseSnapshots({ storage, holder: 'two', ids: [id] })).toMatchObject({ deleted: 2 })
  expect(await traces(storage, 'SECRET-two')).toEqual([])
})

test('snapshots that are taken while others are let go of are whole', async () => {
  const { write, open, storage } = await scratch()
  const workspace = await open()
  const rubbish: string[] = []
  for (let round = 0; round < 10; round += 1) {
    await write({ 'a.txt': `rubbish ${round}` })
    rubbish.push((await workspace.snapshot()).id)
  }
  const kept: string[] = []
  const looking = (async () => {
    for (let round = 0; round < 10; round += 1) {
      await write({ 'a.txt': `kept ${round}`, [`f${round}.txt`]: String(round) })
      kept.push((await workspace.snapshot()).id)
    }
  })()
  for (const id of rubbish) await releaseSnapshots({ storage, ids: [id] })
  await looking
  for (const [round, id] of kept.entries()) {
    expect(Buffer.from((await workspace.read(id, 'a.txt')) ?? []).toString()).toBe(`kept ${round}`)
  }
  for (const id of rubbish)
    await expect(workspace.restore(id)).rejects.toMatchObject({ code: 'checkpoint-unknown' })
})

test('marks of processes that died hold up nobody', async () => {
  const { write, open, storage } = await scratch()
  const workspace = await open()
  await write({ 'a.txt': 'a' })
  const { id } = await workspace.snapshot()
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  const dead = `${child.pid}-${Math.round(Date.now() / 1_000)}-x`
  await mkdir(join(storage, 'looks'), { recursive: true })
  writeFileSync(join(storage, 'looks', dead), '')
  writeFileSync(join(storage, 'deleting'), dead)
  expect((await workspace.snapshot()).id).toBe(id)
  expect((await releaseSnapshots({ storage, ids: [id] })).ids).toEqual([id])
  expect(await readdir(join(storage, 'looks'))).toEqual([])
})

test('only kept snapshots survive a clean-up, and what was let go is gone', async () => {
  const { write, open, storage } = await scratch()
  const workspace = await open()
  await write({ 'a.txt': 'secret-one' })
  const { id: first } = await workspace.snapshot()
  await write({ 'a.txt': 'two' })
  const { id: second } = await workspace.snapshot()
  await write({ 'a.txt': 'three' })
  expect(await workspace.retain([second])).toEqual([first])
  await expect(workspace.restore(first)).rejects.toMatchObject({ code: 'checkpoint-unknown' })
  await workspace.restore(second)
  expect(Buffer.from((await workspace.read(second, 'a.txt')) ?? '').toString()).toBe('two')
  expect(await workspace.read(second, 'b.txt')).toBeUndefined()
  expect(existsSync(storage)).toBe(true)
})
