import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startProgram } from '@keepup/vitest/child-process'
import { expect, onTestFinished, test } from 'vitest'

import {
  type CredentialStore,
  encryptedFiles,
  environmentKey,
  fileKey,
  keychainKey,
  memoryCredentials,
} from '../../src/oauth/index.ts'

const never = new AbortController().signal

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keepup-store-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'credentials')
}

const stores: readonly (readonly [string, () => Promise<CredentialStore>])[] = [
  ['memory', async () => memoryCredentials()],
  [
    'files',
    async () => ((folder) => encryptedFiles({ folder, key: fileKey(`${folder}.key`) }))(await newFolder()),
  ],
]

test.each(stores)('credentials in %s come back, are replaced, and are gone once removed', async (_, open) => {
  const store = await open()
  expect(await store.read('a')).toBeUndefined()
  await store.write('a', 'ä'.repeat(100_000))
  await store.write('b', '')
  expect([await store.read('a'), await store.read('b')]).toEqual(['ä'.repeat(100_000), ''])
  await store.write('a', '2')
  await store.remove('b')
  await store.remove('never there')
  expect([await store.read('a'), await store.read('b')]).toEqual(['2', undefined])
})

test.each(stores)(
  'work in %s is done one at a time by key, and whoever gives up waiting holds nobody up',
  async (_, open) => {
    const store = await open()
    const order: string[] = []
    const gate = Promise.withResolvers<void>()
    const stop = new AbortController()
    const first = store.exclusive('k', async () => (await gate.promise, order.push('first')), never)
    const second = store.exclusive('k', async () => order.push('second'), stop.signal)
    const third = store.exclusive('k', async () => order.push('third'), never)
    await store.exclusive('other', async () => order.push('other'), never)
    stop.abort(new Error('enough'))
    await expect(second).rejects.toThrow('enough')
    expect(order).toEqual(['other'])
    gate.resolve()
    await Promise.all([first, third])
    expect(order).toEqual(['other', 'first', 'third'])
    await expect(store.exclusive('k', () => Promise.reject(new Error('failed')), never)).rejects.toThrow(
      'failed',
    )
    expect(await store.exclusive('k', async () => 'free', never)).toBe('free')
  },
)

test('a process that holds the lock keeps others out, and no longer once it is killed', async () => {
  const folder = await newFolder()
  const store = encryptedFiles({ folder, key: fileKey(`${folder}.key`) })
  const holder = startProgram(new URL('hold-and-wait.ts', import.meta.url), folder)
  await new Promise<void>((resolve) => holder.process.stdout?.once('data', () => resolve()))
  await expect(store.exclusive('lock', async () => 'in', AbortSignal.timeout(200))).rejects.toThrow(
    /timeout|abort/i,
  )
  const waiting = store.exclusive('lock', async () => 'in', never)
  holder.process.kill('SIGKILL')
  await holder.ended
  expect(await waiting).toBe('in')
}, 30_000)

test('files that were changed, exchanged, cut off or written under another key are refused, and say what to do', async () => {
  const folder = await newFolder()
  const store = encryptedFiles({ folder, key: fileKey(`${folder}.key`) })
  await store.write('a', 'one')
  const [file = ''] = (await readdir(folder))
    .filter((name) => name.endsWith('.credential'))
    .map((name) => join(folder, name))
  const bytes = await readFile(file)
  for (const at of [0, 5, 20, bytes.length - 1]) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8((changed[at] ?? 0) ^ 1, at)
    await writeFile(file, changed)
    await expect(store.read('a')).rejects.toMatchObject({
      code: 'configuration-invalid',
      message: expect.stringContaining('log in again'),
    })
  }
  for (const length of [0, 4, 20, bytes.length - 1]) {
    await writeFile(file, bytes.subarray(0, length))
    await expect(store.read('a')).rejects.toMatchObject({ code: 'configuration-invalid' })
  }
  await writeFile(file, bytes)
  expect(await store.read('a')).toBe('one')
  await store.write('b', 'two')
  const [other = ''] = (await readdir(folder)).filter(
    (name) => name.endsWith('.credential') && !file.endsWith(name),
  )
  await rename(file, join(folder, other))
  await expect(store.read('b')).rejects.toMatchObject({ code: 'configuration-invalid' })
  await rm(`${folder}.key`)
  await expect(encryptedFiles({ folder, key: fileKey(`${folder}.key`) }).read('b')).rejects.toMatchObject({
    code: 'configuration-invalid',
  })
})

test('stores that begin at the same time make one key', async () => {
  const folder = await newFolder()
  const made = Array.from({ length: 8 }, () => encryptedFiles({ folder, key: fileKey(`${folder}.key`) }))
  await Promise.all(made.map((store, index) => store.write(`key ${index}`, `value ${index}`)))
  const last = encryptedFiles({ folder, key: fileKey(`${folder}.key`) })
  expect(await Promise.all(made.map((_, index) => last.read(`key ${index}`)))).toEqual(
    made.map((_, index) => `value ${index}`),
  )
})

test('a key comes from the environment, or is said to be missing without being shown', async () => {
  const hex = 'ab'.repeat(32)
  expect(Buffer.from(await environmentKey('KEY', { KEY: hex })()).toString('hex')).toBe(hex)
  for (const KEY of [undefined, '', 'secret-word', hex.slice(1)]) {
    const failure = await environmentKey('KEY', { KEY })().catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'configuration-invalid',
      message: expect.stringContaining('openssl rand -hex 32'),
    })
    expect(String(failure)).not.toContain('secret-word')
  }
  const short = encryptedFiles({ folder: await newFolder(), key: async () => new Uint8Array(16) })
  await expect(short.write('a', 'b')).rejects.toMatchObject({ code: 'configuration-invalid' })
})

test('where there is no keychain, the other key is taken each time, or it is said', async () => {
  const none = {
    service: 'keepup-test',
    account: `test-${process.pid}`,
    environment: {},
    platform: 'linux',
  } as const
  const asked = keychainKey({ ...none, otherwise: async () => Buffer.alloc(32, 7) })
  expect([await asked(), await asked()]).toEqual([Buffer.alloc(32, 7), Buffer.alloc(32, 7)])
  await expect(keychainKey(none)()).rejects.toMatchObject({
    code: 'configuration-invalid',
    message: expect.stringContaining('environmentKey'),
  })
})

test('what another process wrote is seen at once, also where the file was read before', async () => {
  const folder = await newFolder()
  const [one, two] = [0, 1].map(() => encryptedFiles({ folder, key: fileKey(`${folder}.key`) }))
  await one?.write('a', 'v')
  for (let round = 0; round < 200; round++) {
    await two?.write('a', `v${round}`)
    expect(await one?.read('a')).toBe(`v${round}`)
  }
  // From then on it is remembered.
  await new Promise((resolve) => setTimeout(resolve, 2_100))
  expect([await one?.read('a'), await one?.read('a')]).toEqual(['v199', 'v199'])
  await two?.write('a', 'last')
  expect(await one?.read('a')).toBe('last')
  await two?.remove('a')
  expect(await one?.read('a')).toBeUndefined()
})
