import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import {
  copyThreads,
  currentOwner,
  encryptedArtifacts,
  encryptedCheckpointer,
  fileKeyRing,
  memoryCheckpointer,
  verifyThread,
} from '@keepup/checkpoint'
import type { Checkpointer, NewEntry } from '@keepup/core'
import { expect, onTestFinished, test } from 'vitest'

import { collect } from './collect.ts'
import { newFile, openStore } from './stores.ts'

const root = new Uint8Array(32).fill(5)

const note = (data: unknown): NewEntry => ({
  type: 'note-taken',
  version: 1,
  critical: false,
  time: 1_000,
  by: 'user',
  data,
})

async function write(checkpointer: Checkpointer, thread: string, ...entries: NewEntry[]): Promise<void> {
  await using lease = await checkpointer.lease(thread, currentOwner('test'), 30_000)
  const { head } = await checkpointer.read(thread)
  await checkpointer.commit({
    appends: [{ thread, after: head, lease: lease.token, entries }],
    flush: 'process',
  })
}

async function scene() {
  const file = newFile()
  const keys = mkdtempSync(join(tmpdir(), 'keepup-keys-'))
  const store = await openStore(file.path)
  onTestFinished(async () => {
    await store.close()
    file.remove()
    rmSync(keys, { recursive: true, force: true })
  })
  const ring = fileKeyRing(keys, root)
  return { store, keys, ring, checkpointer: encryptedCheckpointer(store.checkpointer, ring) }
}

const dataOf = async (checkpointer: Checkpointer, thread: string) =>
  (await checkpointer.read(thread)).entries.map(({ data }) => data)

test('no byte of content is in the database or its write-ahead log, and the chain verifies without keys', async () => {
  const { store, checkpointer, keys } = await scene()
  await write(checkpointer, 't', note('SECRET-entry'), note({ deep: ['SECRET-deep'] }))
  await write(checkpointer, 't', note(Buffer.from('SECRET-bytes')), note('SECRET-last'))
  const signal = { id: 's', thread: 't', channel: 'messages', type: 'message', time: 1, by: 'user' }
  await checkpointer.signal([{ ...signal, data: 'SECRET-signal' }], 'power')
  const fold = { id: 'f', version: 1 }
  await checkpointer.snapshot('t', { fold, at: 3, bytes: Buffer.from('SECRET-snapshot') })
  await checkpointer.fork({ thread: 't', at: 4 }, 'fork')
  await write(checkpointer, 'fork', note('SECRET-fork'))
  {
    await using lease = await checkpointer.lease('t', currentOwner('test'), 30_000)
    const pruning = { thread: 't', lease: lease.token, through: 2, fold, state: 'SECRET-state', time: 1 }
    await checkpointer.prune(pruning)
  }
  const files = [store.path, `${store.path}-wal`].filter(existsSync)
  expect(files).toHaveLength(2)
  for (const file of files) {
    const bytes = readFileSync(file)
    expect(bytes.includes('SECRET')).toBe(false)
    // Nor as the codec writes bytes.
    expect(bytes.includes(Buffer.from('SECRET-bytes').toString('base64').slice(0, 12))).toBe(false)
    expect(bytes.includes('note-taken') || file.endsWith('.db')).toBe(true)
  }
  expect(await verifyThread(store.checkpointer, 'fork')).toMatchObject({ entries: 4 })
  expect((await dataOf(checkpointer, 'fork')).at(-1)).toBe('SECRET-fork')
  expect((await dataOf(checkpointer, 't'))[0]).toMatchObject({ state: 'SECRET-state' })
  expect((await checkpointer.pending('t'))[0]?.data).toBe('SECRET-signal')
  const { snapshot } = await checkpointer.read('fork', { fold })
  expect(Buffer.from(snapshot?.bytes ?? []).toString()).toBe('SECRET-snapshot')
  expect(statSync(keys).mode & 0o077).toBe(0)
  for (const name of readdirSync(keys)) expect(statSync(join(keys, name)).mode & 0o077).toBe(0)
})

test('a wrong root, a wrong ring and a lost key fail keys-required, and nothing else is given', async () => {
  const { store, keys, ring, checkpointer } = await scene()
  await write(checkpointer, 't', note('content'))
  await write(checkpointer, 'other', note('content'))
  const wrong = encryptedCheckpointer(store.checkpointer, fileKeyRing(keys, new Uint8Array(32).fill(6)))
  await expect(wrong.read('t')).rejects.toMatchObject({ code: 'keys-required', details: { reason: 'wrong' } })
  await expect(write(wrong, 't', note('more'))).rejects.toMatchObject({ code: 'keys-required' })
  const empty = encryptedCheckpointer(store.checkpointer, fileKeyRing(join(keys, 'none'), root))
  await expect(empty.read('t')).rejects.toMatchObject({
    code: 'keys-required',
    details: { reason: 'missing' },
  })
  await ring.destroy('t')
  await expect(checkpointer.read('t')).rejects.toMatchObject({ code: 'keys-required' })
  expect(await dataOf(checkpointer, 'other')).toEqual(['content'])
  expect(() => fileKeyRing(keys, new Uint8Array(16))).toThrow(/32 bytes/)
})

test('rotation writes under a new key and reads under all; erasing destroys every one', async () => {
  const { store, keys, ring, checkpointer } = await scene()
  await write(checkpointer, 't', note(1))
  const first = await ring.get('t')
  const second = await ring.rotate('t')
  expect(second.id).not.toBe(first?.id)
  await write(checkpointer, 't', note(2))
  expect(await dataOf(checkpointer, 't')).toEqual([1, 2])
  const kept = memoryCheckpointer()
  await copyThreads(store, { checkpointer: kept })
  const copy = encryptedCheckpointer(kept, ring)
  expect(await dataOf(copy, 't')).toEqual([1, 2])
  await checkpointer.erase({ thread: 't', forks: 'refuse' })
  expect(readdirSync(keys)).toEqual(['ring.json'])
  // A copy that was forgotten is erased with the keys.
  await expect(copy.read('t')).rejects.toMatchObject({ code: 'keys-required' })
})

test('another root opens the ring from one moment on, and the old one no more', async () => {
  const { store, keys, ring, checkpointer } = await scene()
  await write(checkpointer, 't', note(1))
  const before = await ring.id()
  const next = new Uint8Array(32).fill(9)
  expect(await ring.rotateRoot(next)).toBe(1)
  await expect(dataOf(checkpointer, 't')).rejects.toMatchObject({ code: 'keys-required' })
  await expect(write(checkpointer, 't', note(2))).rejects.toMatchObject({ code: 'keys-required' })
  await expect(ring.id()).rejects.toMatchObject({ code: 'keys-required', details: { reason: 'wrong' } })
  const rotated = fileKeyRing(keys, next)
  expect(await rotated.id()).toBe(before)
  const again = encryptedCheckpointer(store.checkpointer, rotated)
  await write(again, 't', note(2))
  expect(await dataOf(again, 't')).toEqual([1, 2])
  await expect(ring.rotateRoot(new Uint8Array(32).fill(10))).rejects.toMatchObject({ code: 'keys-required' })
  await expect(rotated.rotateRoot(new Uint8Array(3))).rejects.toMatchObject({ code: 'input-invalid' })
})

test('a change of the root that is killed anywhere leaves every key readable, and is ended by the next', async () => {
  const { keys } = await scene()
  const scopes = Array.from({ length: 40 }, (_, index) => `scope ${index}`)
  let current = root
  const expected = new Map<string, string>()
  for (const scope of scopes) {
    const key = await fileKeyRing(keys, current).get(scope)
    expected.set(scope, Buffer.from(key?.bytes ?? []).toString('hex'))
  }
  // The ring, 40 keys, the ring: killed before each of these is put in its place.
  const opened: string[] = []
  for (const [round, writes] of [1, 2, 3, 20, 41, 42].entries()) {
    const next = new Uint8Array(32).fill(100 + round)
    await rotateAndDie(keys, current, next, writes)
    const opens = await fileKeyRing(keys, next)
      .id()
      .catch(() => undefined)
    opened.push(opens === undefined ? 'old' : 'new')
    if (opens !== undefined) current = next
    const ring = fileKeyRing(keys, current)
    for (const [scope, bytes] of expected) {
      expect(Buffer.from((await ring.get(scope))?.bytes ?? []).toString('hex')).toBe(bytes)
    }
  }
  expect(opened).toEqual(['old', 'new', 'new', 'new', 'new', 'new'])
  expect(await fileKeyRing(keys, current).rotateRoot(root)).toBe(scopes.length)
  const stored = JSON.parse(readFileSync(join(keys, 'ring.json'), 'utf8')) as { masters: unknown[] }
  expect(stored.masters).toHaveLength(1)
  const ring = fileKeyRing(keys, root)
  for (const scope of scopes) await ring.destroy(scope)
  // Nor is anything left that the killed ones had not yet put in its place.
  expect(readdirSync(keys).filter((name) => /^[0-9a-f]{64}/.test(name))).toEqual([])
}, 60_000)

/** Changes the root in a process of its own, which kills itself before the so many-th write of a file. */
async function rotateAndDie(keys: string, from: Uint8Array, to: Uint8Array, writes: number): Promise<void> {
  const program = fileURLToPath(new URL('rotate-and-die.ts', import.meta.url))
  const words = [keys, Buffer.from(from).toString('hex'), Buffer.from(to).toString('hex'), String(writes)]
  const child = spawn(process.execPath, ['--conditions=@keepup/source', program, ...words], {
    stdio: 'inherit',
  })
  await once(child, 'exit')
  expect(child.signalCode ?? child.exitCode).toBe('SIGKILL')
}

test('keys whose ring is gone or damaged are told, and never mixed with new ones', async () => {
  const { keys, checkpointer } = await scene()
  await write(checkpointer, 't', note(1))
  const file = join(keys, 'ring.json')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.slice(0, 40))
  await expect(dataOf(checkpointer, 't')).rejects.toThrow(/is no key ring: it was damaged/)
  rmSync(file)
  await expect(write(checkpointer, 'new', note(1))).rejects.toThrow(/its ring.json is gone/)
  writeFileSync(file, text)
  expect(await dataOf(checkpointer, 't')).toEqual([1])
})

test('content that is moved to another entry, thread or type does not open', async () => {
  const { store, checkpointer } = await scene()
  await write(checkpointer, 't', note('one'), note('two'), { ...note('three'), type: 'other-taken' })
  await write(checkpointer, 'u', note('one'))
  const stored = (await store.checkpointer.read('t')).entries.map(({ data }) => data)
  for (const [thread, data] of [
    ['t', stored[0]],
    ['t', stored[2]],
    ['u', stored[1]],
  ] as const) {
    await write(store.checkpointer, thread, note(data))
    await expect(checkpointer.read(thread)).rejects.toMatchObject({ code: 'keys-required' })
  }
  expect((await checkpointer.read('t', { at: 3 })).entries.map(({ data }) => data)).toEqual([
    'one',
    'two',
    'three',
  ])
})

test('a key that was remembered is forgotten once another process destroys it', async () => {
  const { keys, ring, checkpointer } = await scene()
  await write(checkpointer, 't', note('content'))
  // As if the folder had not changed for long, so that keys are remembered.
  utimesSync(keys, 1_000, 1_000)
  expect(await dataOf(checkpointer, 't')).toEqual(['content'])
  expect(await ring.get('t')).toBe(await ring.get('t'))
  await fileKeyRing(keys, root).destroy('t')
  await expect(checkpointer.read('t')).rejects.toMatchObject({ code: 'keys-required' })
})

test('many processes that need a first key at once get the same', async () => {
  const { keys } = await scene()
  const rings = Array.from({ length: 20 }, () => fileKeyRing(keys, root))
  const got = await Promise.all(rings.map((ring) => ring.get('t')))
  expect(new Set(got.map((key) => key?.id)).size).toBe(1)
  const rotated = await Promise.all(rings.slice(0, 5).map((ring) => ring.rotate('t')))
  expect((await rings[0]?.get('t'))?.id).toBe(rotated[0]?.id)
  expect(readdirSync(keys).filter((name) => name.includes('draft'))).toEqual([])
})

test('what was stored before encryption was turned on is read beside what came after', async () => {
  const { store, checkpointer } = await scene()
  await write(store.checkpointer, 't', note('plain'))
  await write(checkpointer, 't', note('secret'))
  expect(await dataOf(checkpointer, 't')).toEqual(['plain', 'secret'])
})

test('artifacts are encrypted in pieces, read by ranges, and one for the same bytes', async () => {
  const { store, ring, keys } = await scene()
  const artifacts = encryptedArtifacts(store.artifacts, ring)
  const about = {
    mediaType: 'text/plain',
    label: { integrity: 'trusted', sources: [], readers: 'anyone', confidential: false },
  } as const
  const plain = await store.artifacts.put(Buffer.from('before'), about)
  const read = async (hash: string, range = {}, from = artifacts) =>
    Buffer.concat(await collect(from.get(hash, range))).toString()
  for (const size of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
    const text = 'SECRET-artifact '.repeat(size / 16 + 1).slice(0, size)
    const info = await artifacts.put(Buffer.from(text), about)
    expect(info.size).toBe(size)
    expect(await artifacts.describe(info.hash)).toEqual(info)
    expect((await artifacts.put(Buffer.from(text), about)).hash).toBe(info.hash)
    for (const [from, to] of [
      [0, size],
      [3, 70_000],
      [65_536, 131_072],
      [65_535, 65_537],
      [size, size + 5],
      [9, 4],
    ] as const) {
      expect(await read(info.hash, { from, to })).toBe(text.slice(from, Math.max(from, to)))
    }
  }
  expect(await read(plain.hash)).toBe('before')
  const { hash } = await artifacts.put(Buffer.from('SECRET-once'), about)
  await expect(read('0'.repeat(64))).rejects.toMatchObject({ code: 'artifact-unknown' })
  const wrong = encryptedArtifacts(store.artifacts, fileKeyRing(keys, new Uint8Array(32).fill(6)))
  await expect(read(hash, {}, wrong)).rejects.toMatchObject({ code: 'keys-required' })
  for (const file of [store.path, `${store.path}-wal`].filter(existsSync)) {
    expect(readFileSync(file).includes('SECRET')).toBe(false)
  }
  await ring.destroy('artifacts')
  await expect(read(hash)).rejects.toMatchObject({ code: 'keys-required' })
})
