import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { openPostgres, statement } from '@keepup/database-postgres'
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest'

import { withoutPassword } from '../src/settings/database-address.ts'
import { type Printed, runInProcess, type World } from './run-in-process.ts'
import { keepup, startKeepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const password = 'postgres'

/** A new, empty database on the test's server; the user's password is in its address. */
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

/** A password that nothing else looks like. */
const secret = 's3cret-word'

function homeWithScript(steps: readonly object[]): string {
  const home = temporaryFolder()
  writeFileSync(join(home, 'note.txt'), 'hello\n')
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
  return home
}

const readNote = { text: 'I read.', calls: [{ name: 'read', input: { path: 'note.txt' } }] }
const scripted = ['--model', 'scripted:script.json']

/** Runs the program, and holds every run against the rule that no address with a password is printed. */
async function at(home: string, words: readonly string[], world: Partial<World> = {}): Promise<Printed> {
  const printed = await runInProcess(words, { home, ...world })
  expect(`${printed.stdout}${printed.stderr}`).not.toMatch(new RegExp(`:${password}@|${secret}`))
  return printed
}

describe('a store on a PostgreSQL server', () => {
  test('serves every command on threads, and none of them prints the password', async () => {
    const home = homeWithScript([readNote, { text: 'Read.' }, { text: 'Heard.', repeat: true }])
    const address = await newDatabase()
    const store = ['--store', address]
    const first = await at(home, ['run', 'Read the note', '--thread', 'apple', ...scripted, ...store])
    expect(first).toMatchObject({ code: 0 })
    expect(first.stderr).toContain(`--store ${withoutPassword(address)}`)
    const variables = { KEEPUP_STORE: address }
    expect((await at(home, ['threads'], { variables })).stdout).toMatch(/^apple +completed/)
    expect((await at(home, ['history', 'apple'], { variables })).code).toBe(0)
    expect((await at(home, ['show', 'apple'], { variables })).stdout).toContain('Read.')
    expect((await at(home, ['signal', 'apple', 'steer', 'hello'], { variables })).code).toBe(0)
    expect((await at(home, ['resume', 'apple', ...scripted], { variables })).stdout).toContain('Heard.')
    expect((await at(home, ['config', 'explain', ...store])).stdout).toContain(withoutPassword(address))
    expect((await at(home, ['config', 'explain', '--json', ...store])).code).toBe(0)
    expect((await at(home, ['doctor', ...store])).stdout).toContain('(1 thread)')
    expect((await at(home, ['show', 'pear', ...store])).code).toBe(24)
    // Nothing went to a file.
    expect(existsSync(join(home, '.local/state/keepup/keepup.db'))).toBe(false)
    expect(readdirSync(home).filter((name) => name.startsWith('postgres'))).toEqual([])
  })

  test('keeps a question until another process answers it', async () => {
    const call = { calls: [{ name: 'write', input: { path: 'new.txt', content: 'made' } }] }
    const home = homeWithScript([call, { text: 'Written.', repeat: true }])
    const variables = { KEEPUP_STORE: await newDatabase() }
    const words = ['run', 'Write it', '--thread', 'pear', '--unattended', 'wait', ...scripted]
    expect((await at(home, words, { variables })).code).toBe(3)
    const asked = await at(home, ['approvals', 'list', '--json'], { variables })
    const { id } = JSON.parse(asked.stdout) as { id: string }
    expect((await at(home, ['approvals', 'answer', id, 'allow'], { variables })).code).toBe(0)
    expect((await at(home, ['resume', 'pear', ...scripted], { variables })).code).toBe(0)
    expect((await at(home, ['approvals', 'list'], { variables })).stdout).toBe('')
    expect(readFileSync(join(home, 'new.txt'), 'utf8')).toBe('made')
  })

  test('takes the threads of a file over, and gives them back, with their hashes', async () => {
    const home = homeWithScript([readNote, { text: 'Read.', repeat: true }])
    expect((await at(home, ['run', 'Read', '--thread', 'fig', '--store', 'a.db', ...scripted])).code).toBe(0)
    const [one, two] = [await newDatabase(), await newDatabase()]
    const copied = await at(home, ['store', 'copy', one, '--store', 'a.db'])
    expect(copied).toMatchObject({ code: 0, stdout: expect.stringContaining(withoutPassword(one)) })
    expect((await at(home, ['store', 'copy', one, '--store', 'a.db'])).stdout).toContain(' 0 new entries')
    expect((await at(home, ['store', 'copy', one, '--store', one])).code).toBe(2)
    expect((await at(home, ['store', 'copy', `mysql://u:${secret}@h/x`, '--store', one])).code).toBe(2)
    expect((await at(home, ['store', 'verify', '--store', one])).stdout).toContain('whole: 1 threads')
    expect((await at(home, ['store', 'export', 'fig.jsonl', '--store', one])).code).toBe(0)
    expect((await at(home, ['store', 'import', 'fig.jsonl', '--store', two])).code).toBe(0)
    expect((await at(home, ['store', 'copy', 'b.db', '--store', two])).code).toBe(0)
    const [before, after] = [
      await at(home, ['store', 'export', '--store', 'a.db']),
      await at(home, ['store', 'export', '--store', 'b.db']),
    ]
    expect(before.stdout).toContain('"keepup-export"')
    expect(after.stdout).toBe(before.stdout)
  })

  test('is counted, backed up, migrated, pruned, and saved where it is damaged', async () => {
    const home = homeWithScript([readNote, readNote, { text: 'Read.', repeat: true }])
    const address = await newDatabase()
    const variables = { KEEPUP_STORE: address }
    const keep = (words: string) => at(home, words.split(' '), { variables })
    expect((await keep('store stats')).code).toBe(2)
    expect((await keep('store migrate')).stderr).toContain('there is no store')
    for (const thread of ['fig', 'plum'])
      expect((await at(home, ['run', 'Read', '--thread', thread, ...scripted], { variables })).code).toBe(0)
    const counted = JSON.parse((await keep('store stats --json')).stdout) as Record<string, number>
    expect(counted).toMatchObject({ threads: 2, forks: 0, erased: 0, encrypted: false })
    for (const name of ['entries', 'dataSize', 'tableSize']) expect(counted[name]).toBeGreaterThan(10)
    expect((await keep('store stats')).stdout).toMatch(/^  tables +[\d,]+ bytes$/m)
    expect((await keep('store migrate')).stdout).toBe(`up to date: ${withoutPassword(address)}\n`)
    const backup = await keep('store backup copy.db')
    expect(backup).toMatchObject({ code: 0, stderr: expect.stringContaining('pg_dump --format=custom') })
    expect((await at(home, ['store', 'verify', '--store', 'copy.db'])).stdout).toContain('whole: 2 threads')
    expect((await keep('store backup copy.db')).stderr).toContain('exists already')
    const pruned = await keep('store prune --keep 3 --threads fig')
    expect(pruned.stdout).toMatch(/fig: pruned through \d+/)
    expect(pruned.stderr).toContain('until it vacuums its tables')
    expect((await keep('show fig')).stdout).toContain('Read.')

    const { entries } = JSON.parse((await keep('store stats --json')).stdout) as { entries: number }
    const server = await openPostgres(address, { connections: 1 })
    const forge =
      "UPDATE entry SET data = '\"x\"' WHERE sequence = (SELECT max(head) - 1 FROM thread WHERE name = 'plum')"
    await server.query(statement(`${forge} AND thread = (SELECT id FROM thread WHERE name = 'plum')`), [])
    await server.close()
    const found = await keep('store verify')
    expect([found.code, found.stdout]).toEqual([25, expect.stringMatching(/readable with --at [1-9]\d*/)])
    const saved = await keep('store verify --repair')
    expect(saved).toMatchObject({ code: 0, stderr: expect.stringContaining('the server was only read') })
    expect(saved.stdout).toMatch(/thread plum: kept up to [1-9]\d*, 1 entries set aside/)
    const [, file = ''] = /^saved: (.*)$/m.exec(saved.stdout) ?? []
    expect((await at(home, ['store', 'verify', '--store', file])).stdout).toContain('whole: 2 threads')
    expect(readFileSync(`${file}.strays.jsonl`, 'utf8').trim().split('\n')).toHaveLength(1)
    expect(JSON.parse((await keep('store stats --json')).stdout)).toMatchObject({ entries })
    const fresh = await newDatabase()
    expect((await at(home, ['store', 'copy', fresh, '--store', file])).code).toBe(0)
    expect((await at(home, ['show', 'fig', '--store', fresh])).stdout).toContain('Read.')
  })

  test('is not made by looking: an empty database stays empty', async () => {
    const home = temporaryFolder()
    const address = await newDatabase()
    const variables = { KEEPUP_STORE: address }
    const { code, stderr } = await at(home, ['threads'], { variables })
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('no threads yet in') })
    expect((await at(home, ['approvals', 'list'], { variables })).code).toBe(0)
    expect((await at(home, ['show', 'x'], { variables })).code).toBe(24)
    const server = await openPostgres(address, { connections: 1 })
    const known = statement<{ made: boolean }>("SELECT to_regnamespace('keepup') IS NOT NULL AS made")
    expect(await server.query(known, [])).toEqual([{ made: false }])
    await server.close()
  })

  test('survives a kill in the middle, and the words of a process do not show the password', async () => {
    const home = homeWithScript([readNote, { text: 'Waited.', delay: 30_000 }])
    const address = await newDatabase()
    const words = ['run', 'Read it', '--thread', 'fig', '--json', ...scripted, '--store', address]
    const running = startKeepup(words, { home })
    const { child } = running
    let output = ''
    child.stdout?.on('data', (piece: Buffer) => (output += piece.toString()))
    while (!output.includes('tool-finished') && child.exitCode === null) await sleep(20)
    if (process.platform === 'linux') {
      const shown = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')
      expect(shown).toContain('keepup')
      expect(shown).not.toContain('postgres')
    }
    child.kill('SIGKILL')
    await running.ended
    writeFileSync(join(home, 'script.json'), JSON.stringify({ steps: [{ text: 'Here.', repeat: true }] }))
    const variables = { KEEPUP_STORE: address }
    const { code, stdout } = await keepup(['resume', 'fig', ...scripted], { home, variables })
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Here.') })
  })
})

describe('a store that cannot be used', () => {
  const cases: readonly (readonly [
    what: string,
    address: (good: URL) => string,
    code: number,
    says: string,
  ])[] = [
    ['no server', () => `postgres://u:${secret}@127.0.0.1:1/x`, 22, 'does not answer'],
    ['no such host', () => `postgres://u:${secret}@nowhere.invalid/x`, 22, 'cannot be resolved'],
    [
      'a wrong password',
      (good) => `postgres://postgres:${secret}@${good.host}/postgres`,
      22,
      'refused the user or the password',
    ],
    ['no password', (good) => `postgres://postgres@${good.host}/postgres`, 22, 'PGPASSWORD'],
    ['no such database', (good) => good.href.replace(/\/\w+$/, '/none_such'), 22, 'createdb'],
    ['a server without TLS', (good) => `${good.href}?sslmode=verify-full`, 22, 'cannot be opened'],
    ['a password that must be escaped', () => `postgres://u:${secret}%zz@h/x`, 2, '%25'],
    ['no address', () => `postgres://u:${secret}/x@h/x`, 2, 'an address like postgres://'],
    ['another database', () => `mysql://u:${secret}@h/x`, 2, 'an address like postgres://'],
  ]
  test.each(cases)('%s', async (_, address, code, says) => {
    const home = temporaryFolder()
    const printed = await at(home, ['threads', '--store', address(new URL(inject('postgresUrl')))])
    expect(printed).toMatchObject({ code, stderr: expect.stringContaining(says) })
    expect(printed.stderr).toMatch(/^error: .*\nfix: .*\n$/)
  })

  test('a database of a newer version', async () => {
    const home = homeWithScript([{ text: 'Done.', repeat: true }])
    const address = await newDatabase()
    expect((await at(home, ['run', 'x', ...scripted, '--store', address])).code).toBe(0)
    const database = await openPostgres(address, { connections: 1 })
    await database.query(statement("UPDATE keepup_migration SET version = 99, release = '9.0.0'"), [])
    await database.close()
    const { code, stderr } = await at(home, ['threads', '--store', address])
    expect({ code, stderr }).toMatchObject({
      code: 22,
      stderr: expect.stringContaining('Update keepup to 9.0.0'),
    })
  })

  test('an address in the wrong place, in a variable or in a file is told without its password', async () => {
    const home = temporaryFolder()
    const address = `postgres://u:${secret}/@h/x`
    expect((await at(home, ['threads', address])).code).toBe(2)
    expect((await at(home, [address])).code).toBe(2)
    expect((await at(home, ['threads'], { variables: { KEEPUP_STORE: address } })).code).toBe(21)
    writeFileSync(join(home, 'keepup.json'), JSON.stringify({ store: `postgres://u:${secret}@h/x` }))
    const { code, stderr } = await at(home, ['threads'])
    expect({ code, stderr }).toMatchObject({ code: 21, stderr: expect.stringContaining('may not set') })
  })
})

test.each([
  ['postgres://h/d', 'postgres://h/d'],
  ['postgres://u@h/d', 'postgres://u@h/d'],
  ['postgres://u:p@h:5/d?sslmode=require', 'postgres://u@h:5/d?sslmode=require'],
  ['postgresql://u:p@q@h/d', 'postgresql://u@h/d'],
  ['postgres://u:a/b@h/d', 'postgres://u@h/d'],
  ['postgres://:p@h/d', 'postgres://h/d'],
  ['postgres://h/d?password=p&sslmode=require', 'postgres://h/d?sslmode=require'],
  ['postgres://h/d?sslmode=require&password=p', 'postgres://h/d?sslmode=require'],
  ['./keepup@home:1.db', './keepup@home:1.db'],
  ['openai-compatible:https://h:80/v1#@cf/m', 'openai-compatible:https://h:80/v1#@cf/m'],
])('%s is shown as %s', (address, shown) => {
  expect(withoutPassword(address)).toBe(shown)
})
