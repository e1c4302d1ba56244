import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { currentOwner } from '@keepup/checkpoint'
import type { Label } from '@keepup/core'
import { expect, test, vi } from 'vitest'

import { openStoreFile } from '../src/store-file.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

const label: Label = { integrity: 'trusted', sources: ['user'], readers: 'anyone', confidential: false }

/** A home with a store `a.db`: thread `apple` of 20 entries, the fifth naming an artifact, and its fork `pear` at 3. */
async function homeWithStore(): Promise<string> {
  const home = temporaryFolder()
  await using store = await openStoreFile(join(home, 'a.db'), 'make')
  const { hash } = await store.artifacts.put(Buffer.from('artifact'), { mediaType: 'text/plain', label })
  await using lease = await store.checkpointer.lease('apple', currentOwner('test'), 30_000)
  const entries = Array.from({ length: 20 }, (_, index) => ({
    type: 'note-taken',
    version: 1,
    critical: false,
    time: 1_000,
    by: 'user',
    data: `note ${index + 1}`,
    ...(index === 4 ? { artifacts: [hash] } : {}),
  }))
  await store.checkpointer.commit({
    appends: [{ thread: 'apple', after: 0, lease: lease.token, entries }],
    flush: 'process',
  })
  await store.checkpointer.fork({ thread: 'apple', at: 3 }, 'pear')
  return home
}

async function change(home: string, sql: string): Promise<void> {
  await using store = await openStoreFile(join(home, 'a.db'), 'refuse')
  store.database.exec(sql)
}

const keepup = (home: string, words: string, input?: string) =>
  runInProcess(words.split(' '), { home, ...(input === undefined ? {} : { input }) })

test('export, import and copy take threads from file to file with their hashes', async () => {
  const home = await homeWithStore()
  expect((await keepup(home, 'store export out.jsonl --store a.db')).code).toBe(0)
  const text = readFileSync(join(home, 'out.jsonl'), 'utf8')
  expect(statSync(join(home, 'out.jsonl')).mode & 0o077).toBe(0)
  expect((await keepup(home, 'store export --store a.db')).stdout).toBe(text)
  const again = await keepup(home, 'store export out.jsonl --store a.db')
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') as string })

  const imported = await keepup(home, 'store import out.jsonl --store b.db --json')
  expect(JSON.parse(imported.stdout)).toMatchObject({ threads: 2, entries: 20, artifacts: 1 })
  expect((await keepup(home, 'store import - --store c.db', text)).code).toBe(0)
  expect((await keepup(home, 'store copy d.db --store c.db --threads pear')).code).toBe(0)
  expect((await keepup(home, 'store copy d.db --store b.db')).stdout).toMatch(/0 new entries, 20 known/)
  for (const name of ['b.db', 'c.db', 'd.db']) {
    const found = await keepup(home, `store verify --store ${name}`)
    expect(found).toMatchObject({ code: 0, stdout: expect.stringContaining('whole: 2 threads') as string })
  }
  expect((await keepup(home, 'store copy a.db --store a.db')).code).toBe(2)
})

test('import stores nothing of a file that was cut or changed, and names the line', async () => {
  const home = await homeWithStore()
  await keepup(home, 'store export out.jsonl --store a.db')
  const lines = readFileSync(join(home, 'out.jsonl'), 'utf8').trimEnd().split('\n')
  writeFileSync(join(home, 'cut.jsonl'), lines.slice(0, 9).join('\n'))
  writeFileSync(
    join(home, 'changed.jsonl'),
    lines.with(5, String(lines[5]).replace('note', 'vote')).join('\n'),
  )
  for (const [file, line] of [
    ['cut.jsonl', 10],
    ['changed.jsonl', 6],
  ] as const) {
    const { code, stderr } = await keepup(home, `store import ${file} --store e.db`)
    expect(code).toBe(25)
    expect(stderr).toContain(`Line ${line} of the export is damaged`)
    expect(stderr).toContain('fix: ')
  }
  expect(existsSync(join(home, 'e.db'))).toBe(false)
  expect((await keepup(home, 'store import nothing.jsonl --store e.db')).code).toBe(2)
})

test('stats, migrate and backup, also while an agent holds a thread', async () => {
  const home = await homeWithStore()
  await using store = await openStoreFile(join(home, 'a.db'), 'refuse')
  await using lease = await store.checkpointer.lease('apple', currentOwner('run'), 30_000)
  let head = 20
  const stopped = new AbortController()
  const run = (async () => {
    while (!stopped.signal.aborted) {
      await sleep(1)
      const entry = { type: 'x', version: 1, critical: false, time: 1, by: 'user', data: 'y' }
      const append = { thread: 'apple', after: head, lease: lease.token, entries: [entry] }
      await store.checkpointer.commit({ appends: [append], flush: 'process' })
      head += 1
    }
  })()
  expect((await keepup(home, 'store backup copy.db --store a.db')).code).toBe(0)
  stopped.abort()
  await run
  const { code, stdout } = await keepup(home, 'store verify --store copy.db --json')
  expect(code).toBe(0)
  const apple = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { thread: string; entries: number })
    .find(({ thread }) => thread === 'apple')
  expect(apple?.entries).toBeGreaterThanOrEqual(20)
  expect(apple?.entries).toBeLessThanOrEqual(head)
  expect((await keepup(home, 'store backup copy.db --store a.db')).code).toBe(2)
  expect((await keepup(home, 'store migrate --store copy.db')).stdout).toContain('up to date')
  const told = await keepup(home, 'store stats --store a.db')
  expect(told.stdout).toMatch(/threads +2, 1 of them forks/)
  expect(JSON.parse((await keepup(home, 'store stats --store a.db --json')).stdout)).toMatchObject({
    threads: 2,
  })
  expect((await keepup(home, 'store stats --store none.db')).code).toBe(2)
  expect(existsSync(join(home, 'none.db'))).toBe(false)
})

test('verify names what is damaged; with --repair what is whole goes on and nothing whole is lost', async () => {
  const home = await homeWithStore()
  await change(home, `UPDATE entry SET data = '"forged"' WHERE place & 0xffffffff = 12`)
  const found = await keepup(home, 'store verify --store a.db')
  expect(found.code).toBe(25)
  expect(found.stdout).toContain('thread apple: entry 12: ')
  expect(found.stdout).toContain('readable with --at 11')
  expect(found.stderr).toContain('--repair')
  const damaged = readFileSync(join(home, 'a.db'))

  const repaired = await keepup(home, 'store verify --store a.db --repair')
  expect(repaired.code).toBe(0)
  expect(repaired.stdout).toContain('thread apple: kept up to 11, 8 entries set aside')
  const names = readdirSync(home)
  const kept = names.find((name) => name.startsWith('a.db.damaged-')) ?? ''
  // The first 100 bytes hold SQLite's own counters.
  expect(readFileSync(join(home, kept)).subarray(100).equals(damaged.subarray(100))).toBe(true)
  const strays = names.find((name) => name.startsWith('a.db.strays-')) ?? ''
  const texts = readFileSync(join(home, strays), 'utf8').trim().split('\n')
  expect(texts.map((line) => (JSON.parse(line) as { data: string }).data)).toEqual(
    Array.from({ length: 8 }, (_, index) => `"note ${index + 13}"`),
  )
  expect((await keepup(home, 'store verify --store a.db')).code).toBe(0)
  await using store = await openStoreFile(join(home, 'a.db'), 'refuse')
  expect((await store.checkpointer.read('apple')).head).toBe(11)
  expect((await store.checkpointer.read('pear')).head).toBe(3)
})

test('a store that an agent works on is not repaired', async () => {
  const home = await homeWithStore()
  await change(home, `UPDATE entry SET data = '"forged"' WHERE place & 0xffffffff = 12`)
  await using store = await openStoreFile(join(home, 'a.db'), 'refuse')
  await using lease = await store.checkpointer.lease('apple', currentOwner('run'), 30_000)
  const { code, stderr } = await keepup(home, 'store verify --repair --store a.db')
  expect(code).toBe(23)
  expect(stderr).toContain('apple')
  expect(readdirSync(home).filter((name) => /damaged|strays|repaired/.test(name))).toEqual([])
  await lease.release()
})

test('erase leaves no byte of the content in the files, and prints a receipt', async () => {
  const home = await homeWithStore()
  const traces = (text: string) =>
    readdirSync(home).filter((name) => readFileSync(join(home, name)).includes(text))
  expect(traces('note 7')).toEqual(['a.db'])
  expect((await keepup(home, 'store erase app --store a.db')).code).toBe(24)
  expect(await keepup(home, 'store erase apple --store a.db')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('pear') as string,
  })
  const some = await keepup(home, 'store erase apple --entries 7,8 --store a.db --json')
  expect(JSON.parse(some.stdout)).toMatchObject({ threads: ['apple'], entries: 2 })
  expect(traces('note 7')).toEqual([])
  expect(traces('note 9')).toEqual(['a.db'])
  expect((await keepup(home, 'store verify --store a.db')).code).toBe(0)
  const all = await keepup(home, 'store erase apple --forks --store a.db')
  expect(all.stdout).toMatch(
    /^erased: 20 entries, 0 signals and 0 snapshots of apple, pear\nhead before: [0-9a-f]{64}\n/,
  )
  expect([...traces('note 9'), ...traces('artifact\n')]).toEqual([])
  expect(JSON.parse((await keepup(home, 'store stats --store a.db --json')).stdout)).toMatchObject({
    threads: 0,
    entries: 0,
    artifacts: 0,
  })
})

const said = (text: string) => ({ role: 'user', content: [{ type: 'text', text }] })

test('prune needs to be told what to keep, and takes what went out of the file', async () => {
  const home = temporaryFolder()
  {
    await using store = await openStoreFile(join(home, 'a.db'), 'make')
    await using lease = await store.checkpointer.lease('long', currentOwner('test'), 30_000)
    const header = { version: 1, critical: false, time: 1_000, by: 'user' } as const
    for (let after = 0; after < 30; after += 1) {
      const entry =
        after === 0
          ? { ...header, type: 'user-message', data: { message: said('Go on'), delivery: 'message' } }
          : { ...header, type: 'note-taken', data: `SECRET-${after}-` }
      const append = { thread: 'long', after, lease: lease.token, entries: [entry] }
      await store.checkpointer.commit({ appends: [append], flush: 'process' })
    }
  }
  expect((await keepup(home, 'store prune --store a.db')).code).toBe(2)
  expect((await keepup(home, 'store prune --keep 5 --older-than 1h --dry-run --store a.db')).stdout).toBe(
    'long: would be pruned through 25\n',
  )
  const { code, stdout } = await keepup(home, 'store prune --keep 5 --store a.db')
  expect([code, stdout]).toEqual([0, 'long: pruned through 25, 25 entries\n'])
  const bytes = readdirSync(home)
    .map((name) => readFileSync(join(home, name), 'latin1'))
    .join('')
  expect(bytes).not.toContain('SECRET-24-')
  expect(bytes).toContain('SECRET-25-')
  expect((await keepup(home, 'store verify --store a.db')).code).toBe(0)
  expect((await keepup(home, 'show long --store a.db')).code).toBe(0)
})

test('prune leaves alone what is no agent: mailboxes are listed as before', async () => {
  const home = temporaryFolder()
  for (const address of ['one', 'two', 'three']) await keepup(home, `mail send ${address} Hello --store a.db`)
  const before = (await keepup(home, 'mail list --json --store a.db')).stdout
  expect((await keepup(home, 'store prune --keep 1 --store a.db')).stdout).toContain('left alone')
  expect((await keepup(home, 'mail list --json --store a.db')).stdout).toBe(before)
  expect(before.trim().split('\n')).toHaveLength(3)
})
