import { randomBytes } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { openPostgres, statement } from '@keepup/database-postgres'
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest'

import { openStoreFile } from '../src/store-file.ts'
import { openStore } from '../src/store.ts'
import { runInProcess, type World } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const ringFolder = '.local/share/keepup/key-ring'
const scripted = '--model scripted:script.json'

function homeWithScript(): string {
  const home = temporaryFolder()
  const steps = [{ text: 'SECRET-answer', repeat: true }]
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
  return home
}

const at = (home: string, words: string, world: Partial<World> = {}) =>
  runInProcess(words.split(' '), { home, ...world })

/** Every byte of the files of a store. */
const bytesOf = (home: string, name: string): string =>
  readdirSync(home)
    .filter((file) => file.startsWith(name))
    .map((file) => readFileSync(join(home, file), 'latin1'))
    .join('')

/** Everything that a store holds, as it is stored. */
const exported = async (home: string) => (await at(home, 'store export --store a.db')).stdout

async function encrypted(home: string, store = 'a.db'): Promise<void> {
  expect((await at(home, `store encrypt --keys root.key --store ${store}`)).code).toBe(0)
  const run = await at(
    home,
    `run SECRET-question --thread apple ${scripted} --store ${store} --keys root.key`,
  )
  expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('SECRET-answer') as string })
}

test('an encrypted store is read with its keys by every command, and holds no readable content', async () => {
  const home = homeWithScript()
  const made = await at(home, 'store encrypt --keys root.key --store a.db')
  expect(made.stdout).toMatch(/^encrypted: .*a\.db stores from now on\nroot key: .*root\.key \(new\)\nkeys: /)
  expect(statSync(join(home, 'root.key')).mode & 0o077).toBe(0)
  await encrypted(home)
  expect(bytesOf(home, 'a.db')).not.toContain('SECRET')
  const keys = '--store a.db --keys root.key'
  expect((await at(home, `show apple ${keys}`)).stdout).toContain('SECRET-answer')
  expect((await at(home, `threads ${keys}`)).stdout).toContain('SECRET-question')
  expect((await at(home, `fork apple --as pear --message More ${keys}`)).code).toBe(0)
  expect((await at(home, `resume pear ${scripted} ${keys}`)).code).toBe(0)
  expect((await at(home, `replay apple ${keys}`)).code).toBe(0)
  const variables = { KEEPUP_KEYS: 'root.key', KEEPUP_STORE: 'a.db' }
  expect((await at(home, 'history apple --entries', { variables })).stdout).toContain('SECRET')
  expect((await at(home, 'doctor', { variables })).stdout).toMatch(/keys +the store is encrypted/)
  expect((await at(home, 'doctor --store plain.db')).stdout).toMatch(/keys +the store is not encrypted/)
  // A control: without keys the same is readable.
  await at(home, `run SECRET-question ${scripted} --store b.db`)
  expect(bytesOf(home, 'b.db')).toContain('SECRET')
})

test('without keys nothing is read or written, and what needs none still works', async () => {
  const home = homeWithScript()
  await encrypted(home)
  const before = await exported(home)
  for (const words of [
    `run More ${scripted}`,
    'show apple',
    'threads',
    'rewind apple --to 1',
    'store erase apple',
  ]) {
    const { code, stderr } = await at(home, `${words} --store a.db`)
    expect([words, code]).toEqual([words, 21])
    expect(stderr).toMatch(
      /is encrypted, with the keys of ring [0-9a-f]{16}\nfix: name its root key: --keys FILE/,
    )
  }
  expect(await exported(home)).toBe(before)
  const verified = await at(home, 'store verify --store a.db')
  expect(verified).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('checked with --keys') as string,
  })
  expect((await at(home, 'store verify --store a.db --keys root.key')).stdout).toMatch(
    /readable: \d+ entries and artifacts open with these keys\n$/,
  )
  expect((await at(home, 'store stats --store a.db')).code).toBe(0)
  expect((await at(home, 'store backup copy.db --store a.db')).code).toBe(0)
  expect((await at(home, 'store copy other.db --store a.db')).code).toBe(0)
  expect((await at(home, 'store export out.jsonl --store a.db')).code).toBe(0)
  expect(readFileSync(join(home, 'out.jsonl'), 'utf8')).not.toContain('SECRET')
  // Backups and copies know that they are encrypted, and open with the same keys.
  expect((await at(home, 'store import out.jsonl --store taken.db')).code).toBe(0)
  await at(home, 'store encrypt --store own.db --keys root.key')
  expect((await at(home, 'store import out.jsonl --store own.db')).stderr).toMatch(/under its own keys/)
  for (const name of ['copy.db', 'other.db', 'taken.db']) {
    expect((await at(home, `show apple --store ${name}`)).code).toBe(21)
    expect((await at(home, `show apple --store ${name} --keys root.key`)).stdout).toContain('SECRET-answer')
  }
})

test('a wrong key, a lost key and a lost ring are told, and lose nothing', async () => {
  const home = homeWithScript()
  await encrypted(home)
  const show = (more: string, world: Partial<World> = {}) =>
    at(home, `show apple --store a.db ${more}`, world)
  const before = await exported(home)
  const wrong = randomBytes(32).toString('base64')
  const variables = { WRONG: wrong, BAD: 'password', EMPTY: '' }
  const cases: readonly (readonly [keys: string, says: RegExp])[] = [
    ['env:WRONG', /does not open the key ring .*\nfix: Give the one that it was made with/],
    ['env:BAD', /what is in the variable BAD is no key\nfix: put 32 random bytes/],
    ['env:EMPTY', /there is no key in the variable EMPTY\nfix: /],
    ['env:NONE', /there is no key in the variable NONE/],
    ['none.key', /there is no key in .*none\.key\nfix: bring it back from where a copy is kept/],
    ['.', /is no plain file/],
    ['root.key --key-ring elsewhere', /elsewhere has no key ring\nfix: name the folder with --key-ring/],
  ]
  for (const [keys, says] of cases) {
    const { code, stderr } = await show(`--keys ${keys}`, { variables })
    expect([keys, code]).toEqual([keys, 21])
    expect(stderr).toMatch(says)
  }
  chmodSync(join(home, 'root.key'), 0o644)
  expect((await show('--keys root.key')).stderr).toMatch(/can be read by others\nfix: .*chmod 600/)
  chmodSync(join(home, 'root.key'), 0o600)
  // Another ring: one that somebody made for another store.
  await at(home, 'store encrypt --store b.db --keys b.key --key-ring other-ring')
  expect((await show('--keys b.key --key-ring other-ring')).stderr).toMatch(
    /has another one \([0-9a-f]{16}\)/,
  )
  // A key of the ring is gone: the rest of the store is still found.
  const [file = ''] = readdirSync(join(home, ringFolder)).filter((name) => name !== 'ring.json')
  renameSync(join(home, ringFolder, file), join(home, 'kept'))
  const verified = await at(home, 'store verify --store a.db --keys root.key')
  expect([verified.code, verified.stdout]).toEqual([21, expect.stringMatching(/contents do not open/)])
  renameSync(join(home, 'kept'), join(home, ringFolder, file))
  expect(await exported(home)).toBe(before)
  expect((await show('--keys root.key')).stdout).toContain('SECRET-answer')
})

test('keys are rotated, and the root key too, while the old one opens nothing any more', async () => {
  const home = homeWithScript()
  await encrypted(home)
  const keysOf = () => readdirSync(join(home, ringFolder)).length
  const count = keysOf()
  expect((await at(home, 'store rotate --store a.db --keys root.key')).stdout).toMatch(/^rotated: 2 keys/)
  expect(keysOf()).toBeGreaterThan(count)
  const more = `run SECRET-more --thread apple ${scripted} --store a.db --keys`
  expect((await at(home, `${more} root.key`)).code).toBe(0)
  const rotated = await at(home, 'store rotate --store a.db --keys root.key --root new.key')
  expect(rotated.stdout).toMatch(/new\.key opens the \d+ keys in .* from now on\n$/)
  expect(rotated.stderr).toContain('then destroy what is in')
  expect((await at(home, `${more} root.key`)).code).toBe(21)
  expect((await at(home, `${more} new.key`)).code).toBe(0)
  expect((await at(home, 'show apple --store a.db --keys new.key')).stdout).toContain('SECRET-more')
  // Once more, as after a kill: the new root opens it already.
  expect((await at(home, 'store rotate --store a.db --keys root.key --root new.key')).code).toBe(0)
  const variables = { NEXT: randomBytes(32).toString('hex') }
  expect((await at(home, 'store rotate --keys new.key --root env:NEXT', { variables })).code).toBe(0)
  const shown = await at(home, 'show apple --store a.db --keys env:NEXT', { variables })
  expect(shown.stdout).toContain('SECRET-question')
  expect((await at(home, 'store rotate --keys env:NEXT --root env:NEXT', { variables })).code).toBe(2)
  expect((await at(home, 'store rotate --store a.db')).code).toBe(2)
  expect((await at(home, 'store encrypt --store a.db')).code).toBe(2)
})

test('erasing an encrypted thread makes its backups unreadable, and those of other threads not', async () => {
  const home = homeWithScript()
  await encrypted(home)
  await at(home, `run SECRET-pear --thread pear ${scripted} --store a.db --keys root.key`)
  await at(home, 'store backup copy.db --store a.db')
  expect((await at(home, 'store erase apple --store a.db --keys root.key')).code).toBe(0)
  expect((await at(home, 'show apple --store copy.db --keys root.key')).code).toBe(21)
  expect((await at(home, 'show pear --store copy.db --keys root.key')).stdout).toContain('SECRET-pear')
})

test('an erasure that was killed between rows and keys is ended by the same command', async () => {
  const home = homeWithScript()
  await encrypted(home)
  await at(home, 'store backup copy.db --store a.db')
  const erase = () => at(home, 'store erase apple --store a.db --keys root.key')
  {
    await using file = await openStoreFile(join(home, 'a.db'), 'refuse')
    await file.copies.note({ kind: 'erasing', path: 'apple', made: 1 })
    await file.checkpointer.erase({ thread: 'apple', forks: 'refuse' })
  }
  expect((await at(home, 'show apple --store copy.db --keys root.key')).code).toBe(0)
  expect(await erase()).toMatchObject({
    code: 0,
    stdout: 'erased: the keys of apple; its rows were gone already\n',
  })
  expect((await at(home, 'show apple --store copy.db --keys root.key')).code).toBe(21)
  expect((await erase()).code).toBe(24)
  // A name that was never erased is no reason to destroy keys.
  expect((await at(home, 'store erase pear --store a.db --keys root.key')).code).toBe(24)
})

test('a store goes on encrypted that was not, and two stores with threads of one name keep apart', async () => {
  const home = homeWithScript()
  await at(home, `run Plain --thread apple ${scripted} --store a.db`)
  const encryptedNow = await at(home, 'store encrypt --keys root.key --store a.db')
  expect(encryptedNow.stderr).toContain('1 threads hold already stays')
  await at(home, `run Later-SECRET --thread apple ${scripted} --store a.db --keys root.key`)
  expect(bytesOf(home, 'a.db')).toContain('Plain')
  expect(bytesOf(home, 'a.db')).not.toContain('Later-SECRET')
  const shown = (await at(home, 'show apple --store a.db --keys root.key')).stdout
  expect(shown).toContain('Plain')
  expect(shown).toContain('Later-SECRET')
  await encrypted(home, 'b.db')
  expect((await at(home, 'store erase apple --store b.db --keys root.key')).code).toBe(0)
  expect((await at(home, 'show apple --store a.db --keys root.key')).code).toBe(0)
  // What is encrypted under other keys is not mixed with it.
  await at(home, 'store encrypt --store c.db --keys root.key')
  expect((await at(home, 'store copy c.db --store a.db')).stderr).toMatch(/is encrypted under its own keys/)
})

test('pruning an encrypted store writes what takes the place of the past encrypted too', async () => {
  const home = homeWithScript()
  await encrypted(home)
  await at(home, `run SECRET-more --thread apple ${scripted} --store a.db --keys root.key`)
  expect((await at(home, 'store prune --keep 1 --store a.db')).code).toBe(21)
  const pruned = await at(home, 'store prune --keep 1 --store a.db --keys root.key')
  expect(pruned.stdout).toMatch(/^apple: pruned through/)
  expect(bytesOf(home, 'a.db')).not.toContain('SECRET')
  expect((await at(home, 'show apple --store a.db --keys root.key')).stdout).toContain('SECRET-question')
  expect((await at(home, 'store verify --store a.db --keys root.key')).code).toBe(0)
})

test('a repaired store stays encrypted', async () => {
  const home = homeWithScript()
  await encrypted(home)
  {
    await using file = await openStoreFile(join(home, 'a.db'), 'refuse')
    file.database.exec(`UPDATE entry SET data = '"forged"' WHERE place & 0xffffffff = 4`)
  }
  expect((await at(home, 'store verify --store a.db --repair')).stdout).toContain('kept up to 3')
  expect((await at(home, 'show apple --store a.db')).code).toBe(21)
  expect((await at(home, 'show apple --store a.db --keys root.key')).stdout).toContain('SECRET-question')
})

test('the keychain is used where there is one, and told where there is none', async () => {
  const home = homeWithScript()
  const none = await at(home, 'store encrypt --keys keychain --store a.db')
  if (none.code !== 0) {
    expect(none.code).toBe(1)
    expect(none.stderr).toMatch(/keychain.*\nfix: .*--keys FILE/)
  }
  const secrets = new Map<string, string>()
  vi.doMock('@napi-rs/keyring', () => ({
    AsyncEntry: class {
      readonly #name: string
      constructor(service: string, account: string) {
        this.#name = `${service}/${account}`
      }
      getPassword = () => Promise.resolve(secrets.get(this.#name))
      setPassword = (secret: string) => Promise.resolve(void secrets.set(this.#name, secret))
    },
  }))
  onTestFinished(() => vi.doUnmock('@napi-rs/keyring'))
  vi.resetModules()
  const { runInProcess: fresh } = await import('./run-in-process.ts')
  const keychain = (words: string) => fresh(words.split(' '), { home })
  expect((await keychain('store encrypt --keys keychain:work --store k.db')).stdout).toContain('(new)')
  expect([...secrets.keys()]).toEqual(['keepup/work'])
  expect((await keychain(`run SECRET --thread fig ${scripted} --store k.db --keys keychain:work`)).code).toBe(
    0,
  )
  expect((await keychain('show fig --store k.db --keys keychain:work')).stdout).toContain('SECRET')
  expect((await keychain('show fig --store k.db --keys keychain')).code).toBe(21)
})

describe('on a PostgreSQL server', () => {
  async function newDatabase(): Promise<string> {
    const name = `cli_${randomBytes(6).toString('hex')}`
    const run = async (sql: string): Promise<void> => {
      const server = await openPostgres(inject('postgresUrl'), { connections: 1 })
      await server.query(statement(sql), [])
      await server.close()
    }
    await run(`CREATE DATABASE ${name}`)
    onTestFinished(() => run(`DROP DATABASE ${name} WITH (FORCE)`))
    return Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href
  }

  test('content is encrypted before it is sent, and the store says so', async () => {
    const home = homeWithScript()
    const address = await newDatabase()
    await encrypted(home, address)
    const variables = { KEEPUP_STORE: address }
    const lines = (await at(home, 'store export', { variables })).stdout
    expect(lines).toContain('keepup-sealed')
    expect(lines).not.toContain('SECRET')
    expect((await at(home, 'show apple', { variables })).code).toBe(21)
    expect((await at(home, 'show apple --keys root.key', { variables })).stdout).toContain('SECRET-answer')
    expect((await at(home, 'store rotate --keys root.key --root new.key', { variables })).code).toBe(0)
    expect((await at(home, 'show apple --keys root.key', { variables })).code).toBe(21)
    expect((await at(home, 'store verify --keys new.key', { variables })).stdout).toContain('readable:')
    expect((await at(home, 'store copy local.db', { variables })).code).toBe(0)
    await using store = await openStore({
      path: join(home, 'local.db'),
      keys: { root: join(home, 'new.key'), folder: join(home, ringFolder), environment: {} },
    })
    expect(JSON.stringify((await store.checkpointer.read('apple')).entries)).toContain('SECRET-answer')
  })
})
