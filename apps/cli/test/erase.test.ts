import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'

import { openPostgres, statement } from '@keepup/database-postgres'
import { expect, inject, onTestFinished, test, vi } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A home with a project, whose runs each write a file with words of their own. */
function project() {
  const home = temporaryFolder()
  const folder = join(home, 'code', 'project')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'common.txt'), 'COMMON-file\n')
  const at = (words: string, variables: Readonly<Record<string, string>> = {}) =>
    runInProcess(words.split(' '), { home, cwd: folder, variables })
  return {
    home,
    folder,
    at,
    go: async (thread: string, store: string): Promise<void> => {
      const content = `SECRET-file-${thread}`
      const steps = [
        { calls: [{ name: 'write', input: { path: 'note.txt', content: `${content}\n` } }] },
        { text: `SECRET-answer-${thread}` },
      ]
      const script = join(home, `${thread}.json`)
      writeFileSync(script, JSON.stringify({ steps }))
      const words = `run SECRET-question-${thread} --thread ${thread} --mode yolo --model scripted:${script} --store ${store}`
      expect((await at(words)).code).toBe(0)
    },
  }
}

/** Files of the state in which a text is found: in raw bytes, deflated as git keeps them, or among the objects of a snapshot repository. */
function traces(home: string, text: string): string[] {
  const state = join(home, '.local')
  return readdirSync(state, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory() && entry.name === 'shadow.git') {
      const all = ['--git-dir', path, 'cat-file', '--batch', '--batch-all-objects']
      return execFileSync('git', all).includes(text) ? [path] : []
    }
    if (!entry.isFile()) return []
    const bytes = readFileSync(path)
    return bytes.includes(text) || inflated(bytes).includes(text) ? [path] : []
  })
}

function inflated(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes)
  } catch {
    return Buffer.alloc(0)
  }
}

test('erase reaches the database and the snapshots of files, and leaves what other threads go back to', async () => {
  const { home, at, go, folder } = project()
  const store = join(home, '.local/state/keepup/keepup.db')
  await go('apple', store)
  await go('pear', store)
  // What the agent changed in the project is the person's.
  writeFileSync(join(folder, 'note.txt'), 'other\n')
  for (const text of ['SECRET-file-apple', 'SECRET-answer-apple']) expect(traces(home, text)).not.toEqual([])
  const { code, stdout } = await at('store erase apple --json')
  expect(code).toBe(0)
  const receipt = JSON.parse(stdout) as { files: Record<string, number>; notReached: string[] }
  // Its first look is its own; its last is what the other thread's first look found.
  expect(receipt.files).toMatchObject({ snapshots: 1, held: 1 })
  expect(receipt.notReached.join()).toContain('exports')
  for (const text of ['SECRET-question-apple', 'SECRET-answer-apple']) expect(traces(home, text)).toEqual([])
  expect(traces(home, 'SECRET-file-apple')).not.toEqual([])
  // The thread that goes back to it takes it along.
  const told = await at('store erase pear')
  expect(told.stdout).toMatch(/\nfiles: 2 snapshots, [3-9] contents and folders deleted\n/)
  for (const text of ['SECRET-file-apple', 'SECRET-file-pear', 'COMMON-file']) {
    expect(traces(home, text)).toEqual([])
  }
  await go('fig', store)
  expect((await at('rewind fig --to 0 --files')).code).toBe(0)
  expect(readFileSync(join(folder, 'note.txt'), 'utf8')).toBe('other\n')
})

test('entries are erased with the snapshots that they alone name; forks and wrong numbers change nothing', async () => {
  const { home, at, go, folder } = project()
  const store = join(home, '.local/state/keepup/keepup.db')
  await go('apple', store)
  writeFileSync(join(folder, 'note.txt'), 'other\n')
  const lines = (await at('history apple --json')).stdout.trim().split('\n')
  const entries = lines.map((line) => JSON.parse(line) as { type: string; sequence: number })
  const looks = entries.filter(({ type }) => type === 'workspace-snapshotted').map(({ sequence }) => sequence)
  const last = looks.at(-1) ?? 0
  expect((await at(`store erase apple --entries ${last},9999`)).code).not.toBe(0)
  await at('fork apple --as pear')
  expect((await at(`store erase apple --entries ${last}`)).stderr).toContain('pear')
  expect((await at('store erase apple')).stderr).toContain('pear')
  expect(traces(home, 'SECRET-file-apple')).not.toEqual([])
  const done = await at(`store erase apple --forks --entries ${last} --json`)
  expect(JSON.parse(done.stdout)).toMatchObject({ entries: 1, files: { snapshots: 1, held: 0 } })
  const shadows = traces(home, 'SECRET-file-apple').filter((path) => path.includes('workspaces'))
  expect(shadows).toEqual([])
  expect(traces(home, 'COMMON-file').length).toBeGreaterThan(0)
  expect((await at('store erase apple --forks')).code).toBe(0)
  expect(traces(home, 'COMMON-file')).toEqual([])
})

test('files that another store goes back to stay, and copies that were made are named', async () => {
  const { home, at, go } = project()
  const [one, two] = [join(home, '.local/one.db'), join(home, '.local/two.db')]
  await go('apple', one)
  await at(`store backup ${join(home, 'early.db')} --store ${two}`)
  await go('pear', two)
  await at(`store backup ${join(home, 'copy.db')} --store ${one}`)
  await at(`store export ${join(home, 'out.jsonl')} --store ${one}`)
  const { stdout } = await at(`store erase apple --store ${one}`)
  expect(stdout).toMatch(/not erased: the backup .*copy\.db of \d{4}-\d\d-\d\d \d\d:\d\d\n/)
  expect(stdout).toMatch(/not erased: the export .*out\.jsonl of /)
  expect(stdout).not.toContain('early.db')
  expect(stdout).toContain('files: 1 snapshots stay, as other threads go back to the same files')
  expect((await at(`rewind pear --to 0 --files --store ${two}`)).code).toBe(0)
})

test('a killed erase leaves the thread to be erased again', async () => {
  const { home, at, go } = project()
  const store = join(home, '.local/state/keepup/keepup.db')
  await go('apple', store)
  // As if it had been killed after the files: they are gone, and the thread is there.
  const workspaces = join(home, '.local/state/keepup/workspaces')
  renameSync(workspaces, `${workspaces}-gone`)
  expect((await at('store erase apple')).code).toBe(0)
  expect((await at('show apple')).code).toBe(24)
})

test('on a server nothing is called erased that is not: without keys it must be asked for', async () => {
  const name = `cli_${randomBytes(6).toString('hex')}`
  const run = async (sql: string): Promise<void> => {
    const server = await openPostgres(inject('postgresUrl'), { connections: 1 })
    await server.query(statement(sql), [])
    await server.close()
  }
  await run(`CREATE DATABASE ${name}`)
  onTestFinished(() => run(`DROP DATABASE ${name} WITH (FORCE)`))
  const address = Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href
  const { home, at, go } = project()
  await go('apple', address)
  const variables = { KEEPUP_STORE: address }
  const refused = await at('store erase apple', variables)
  expect(refused.code).toBe(21)
  expect(refused.stderr).toMatch(
    /not encrypted, so a server keeps the bytes.*\nfix: .*--rows-only.*store encrypt/,
  )
  expect((await at('show apple', variables)).code).toBe(0)
  expect(traces(home, 'SECRET-file-apple')).not.toEqual([])
  const told = await at('store erase apple --rows-only', variables)
  expect(told.stdout).toContain('not erased: the server: old versions of rows until VACUUM FULL')
  expect((await at('show apple', variables)).code).toBe(24)
  await at('store encrypt --keys root.key', variables)
  const keys = { ...variables, KEEPUP_KEYS: 'root.key' }
  await go('pear', `${address} --keys root.key`)
  const erased = await at('store erase pear', keys)
  expect(erased.stdout).toContain('keys: destroyed; what backups and copies hold of it opens no more')
  expect(traces(home, 'SECRET-file-pear')).toEqual([])
})
