import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { currentOwner } from '@keepup/checkpoint'
import { trustedLabel } from '@keepup/core'
import { expect, test, vi } from 'vitest'

import { openStoreFile } from '../src/store-file.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const pageSize = 8_192
const threads = ['apple', 'pear', 'fig'] as const
const textOf = (thread: string, entry: number): string => `${thread} ${entry} ${'x'.repeat(200)}`

/** A home with a store of three threads of 200 entries, one after the other; the first of each names an artifact. */
async function homeWithStore(): Promise<string> {
  const home = temporaryFolder()
  await using store = await openStoreFile(join(home, 'a.db'), 'make')
  for (const thread of threads) {
    const about = { mediaType: 'text/plain', label: trustedLabel }
    const { hash } = await store.artifacts.put(Buffer.from(`${thread} artifact `.repeat(9_000)), about)
    await using lease = await store.checkpointer.lease(thread, currentOwner('test'), 30_000)
    const entries = Array.from({ length: 200 }, (_, index) => ({
      type: 'note-taken',
      version: 1,
      critical: false,
      time: 1_000,
      by: 'user',
      data: textOf(thread, index + 1),
      ...(index === 0 ? { artifacts: [hash] } : {}),
    }))
    const appends = [{ thread, after: 0, lease: lease.token, entries }]
    await store.checkpointer.commit({ appends, flush: 'process' })
  }
  return home
}

/** The file, changed. */
function damage(home: string, change: (bytes: Buffer) => Buffer): void {
  const path = join(home, 'a.db')
  writeFileSync(path, change(readFileSync(path)))
}

/** The pages that begin like one of a kind and hold a text. */
function pagesWith(bytes: Buffer, kind: number, text: string): number[] {
  const pages = Array.from({ length: bytes.length / pageSize }, (_, page) => page * pageSize)
  return pages.filter(
    (at) => at > 0 && bytes[at] === kind && bytes.subarray(at, at + pageSize).includes(text),
  )
}

const keepup = (home: string, words: string) => runInProcess(words.split(' '), { home })

/** Verifies, which must find something, repairs, and verifies what is left. Gives what was found and the heads that are left. */
async function repair(home: string): Promise<{ found: string; repaired: string; heads: readonly number[] }> {
  const found = await keepup(home, 'store verify --store a.db')
  expect([found.code, found.stderr]).toEqual([25, expect.stringContaining('--repair')])
  const repaired = await keepup(home, 'store verify --repair --store a.db')
  expect([repaired.code, repaired.stderr]).toEqual([0, ''])
  expect(readdirSync(home).filter((name) => /rescued|repaired/.test(name))).toEqual([])
  await using store = await openStoreFile(join(home, 'a.db'), 'refuse')
  expect(await store.database.findDamage()).toEqual([])
  const heads: number[] = []
  for (const thread of threads) {
    const { head, entries } = await store.checkpointer.read(thread)
    expect(entries.map(({ data }) => data)).toEqual(entries.map((_, index) => textOf(thread, index + 1)))
    heads.push(head)
  }
  return { found: found.stdout, repaired: repaired.stdout, heads }
}

test('a file that was cut is told to be damaged, and what lies before the cut is kept', async () => {
  const home = await homeWithStore()
  damage(home, (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.95)))
  const { found, heads } = await repair(home)
  expect(found).toContain('a.db is damaged')
  expect(heads.slice(0, 2)).toEqual([200, 200])
  expect(heads[2]).toBeGreaterThan(10)
  expect(heads[2]).toBeLessThan(200)
})

test('a damaged index costs nothing but the time to make it anew', async () => {
  const home = await homeWithStore()
  damage(home, (bytes) => {
    // The index of the names of threads is the only page of its kind with these.
    const pages = pagesWith(bytes, 10, 'apple')
    expect(pages.length).toBeGreaterThan(0)
    for (const at of pages) bytes.fill(0, at, at + pageSize)
    return bytes
  })
  const { heads } = await repair(home)
  expect(heads).toEqual([200, 200, 200])
  expect((await keepup(home, 'store verify --store a.db')).code).toBe(0)
})

test('a damaged page of entries costs what lies behind it in its thread, and that is set aside', async () => {
  const home = await homeWithStore()
  damage(home, (bytes) => {
    const [at] = pagesWith(bytes, 13, 'pear 100 ')
    expect(at).toBeGreaterThan(0)
    return bytes.fill(0, at, (at ?? 0) + pageSize)
  })
  const { repaired, heads } = await repair(home)
  expect([heads[0], heads[2]]).toEqual([200, 200])
  expect(heads[1]).toBeGreaterThan(60)
  expect(heads[1]).toBeLessThan(100)
  expect(repaired).toMatch(/thread pear: kept up to \d+, \d+ entries set aside/)
})

test('a flipped byte is named: in an entry, in an artifact', async () => {
  const home = await homeWithStore()
  damage(home, (bytes) => {
    const entry = bytes.indexOf('fig 150 ')
    const artifact = bytes.indexOf('pear artifact pear artifact') + 5_000
    for (const at of [entry, artifact]) bytes[at] = (bytes[at] ?? 0) ^ 0x01
    return bytes
  })
  const { found, heads } = await repair(home)
  expect(found).toMatch(/thread fig: entry 150: its bytes changed/)
  expect(found).toContain('thread fig: readable with --at 149')
  expect(found).toMatch(/thread pear: artifact [0-9a-f]{64} is damaged/)
  expect(heads).toEqual([200, 200, 149])
})

test('a file that cannot be rescued stays where it is, and nothing else is left behind', async () => {
  const home = await homeWithStore()
  damage(home, (bytes) => bytes.fill(0, 0, pageSize))
  const { code, stderr } = await keepup(home, 'store verify --repair --store a.db')
  expect(code).not.toBe(0)
  expect(stderr).toContain('a.db is not a SQLite database, or its first page is damaged')
  expect(readdirSync(home).filter((name) => name.startsWith('a.db'))).toEqual(['a.db'])
  expect(existsSync(join(home, 'a.db'))).toBe(true)
})
