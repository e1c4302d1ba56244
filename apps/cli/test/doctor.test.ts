import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, inject, onTestFinished, test, vi } from 'vitest'

import type { Finding } from '../src/commands/finding.ts'
import { reportError } from '../src/error-report.ts'
import { type FakeAnswer, startFakeServer } from './fake-server.ts'
import { runInProcess, type World } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

/** A home with these files in it, each with its text. */
function homeWith(files: Readonly<Record<string, string>>): string {
  const home = temporaryFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(home, path, '..'), { recursive: true })
    writeFileSync(join(home, path), text)
  }
  return home
}

async function findings(words: readonly string[], world: World): Promise<readonly Finding[]> {
  const { stdout, code } = await runInProcess(['doctor', '--json', ...words], world)
  const found = JSON.parse(stdout) as readonly Finding[] // what the program prints
  expect(code).toBe(found.some(({ state }) => state === 'broken') ? 1 : 0)
  return found
}

async function finding(check: string, words: readonly string[], world: World): Promise<Finding | undefined> {
  return (await findings(words, world)).find((one) => one.check === check)
}

async function modelServer(answer: FakeAnswer): Promise<string> {
  const server = await startFakeServer([answer])
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server.model
}

test('every look is taken, also after one that failed, and whatever is wrong says what to do', async () => {
  const home = homeWith({
    'bad.db': 'this is no database, but long enough to be taken for one'.repeat(20),
    '.config/keepup/permissions.json': '{ "rules": [{ "decision": "maybe" }] }',
    '.config/keepup/mcp.json': '{ "servers": { "x": 1 } }',
    '.config/keepup/roles/odd.yaml': 'name: [',
    'project/.git/HEAD': '',
    'project/.keepup/hooks.json':
      '{ "hooks": { "PreToolUse": [{ "hooks": [{ "type": "command", "command": "./x" }] }] } }',
    'project/.mcp.json': '{ "mcpServers": { "theirs": { "command": "x" } } }',
  })
  const found = await findings(['--store', 'bad.db'], { home, cwd: join(home, 'project') })
  const wrong = found.filter(({ state }) => state === 'broken' || state === 'missing')
  expect(wrong.filter(({ fix }) => fix === undefined || fix === '')).toEqual([])
  const states = Object.fromEntries(wrong.map(({ check, state }) => [check, state]))
  expect(states).toMatchObject({ rules: 'broken', roles: 'missing', hooks: 'missing' })
  const servers = wrong.filter(({ check }) => check === 'mcp')
  expect(servers.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^x: /),
    expect.stringContaining('theirs came with the project'),
  ])
  // What stands behind the failures was looked at as well.
  expect(found.map(({ check }) => check)).toEqual(expect.arrayContaining(['git', 'terminal', 'sandbox']))
})

test('a damaged store is told with what brings it back', async () => {
  const home = homeWith({ 'bad.db': 'this is no database, but long enough to be taken for one'.repeat(20) })
  const bad = await finding('store', ['--store', 'bad.db'], { home })
  expect(bad).toMatchObject({ state: 'broken', fix: expect.stringContaining('backup') })
})

test('a key is tried where it is asked for, and only then', async () => {
  const home = temporaryFolder()
  const refusing = await modelServer({ status: 401 })
  expect(await finding('model', ['--try'], { home, variables: { KEEPUP_MODEL: refusing } })).toMatchObject({
    state: 'broken',
    fix: expect.stringContaining('new key'),
  })
  expect(await finding('model', [], { home, variables: { KEEPUP_MODEL: refusing } })).toMatchObject({
    state: 'good',
  })
  const answering = await modelServer({ text: 'yes' })
  expect(await finding('model', ['--try'], { home, variables: { KEEPUP_MODEL: answering } })).toMatchObject({
    state: 'good',
    text: expect.stringMatching(/answered$/),
  })
})

test('servers are started where it is asked for, and what they fail with is told', async () => {
  const home = homeWith({
    '.config/keepup/mcp.json': '{ "servers": { "gone": { "command": "/no/such/program" } } }',
  })
  expect(await finding('mcp', [], { home })).toMatchObject({ state: 'good' })
  expect(await finding('mcp', ['--try'], { home })).toMatchObject({
    state: 'broken',
    text: expect.stringMatching(/^gone: /),
    fix: expect.stringMatching(/./),
  })
})

test('a server of this machine that does not answer, a key that is missing and a script that is not there are told', async () => {
  const home = temporaryFolder()
  const look = (model: string) => finding('model', [], { home, variables: { KEEPUP_MODEL: model } })
  expect(await look('openai-compatible:http://127.0.0.1:1/v1#x')).toMatchObject({
    state: 'broken',
    text: expect.stringContaining('nothing answers at http://127.0.0.1:1/v1'),
    fix: expect.stringContaining('start the server'),
  })
  expect(await look('anthropic/claude-sonnet-5-5')).toMatchObject({
    state: 'broken',
    fix: expect.stringContaining('ANTHROPIC_API_KEY'),
  })
  expect(await look('scripted:nowhere.json')).toMatchObject({ state: 'broken' })
})

test('a role that is not there and a defence that cannot be read keep every run from beginning', async () => {
  const home = homeWith({ 'policy.json': '{' })
  const variables = { KEEPUP_ROLE: 'nobody', KEEPUP_DEFENCE: 'policy.json' }
  const found = await findings([], { home, variables })
  expect(found).toContainEqual(expect.objectContaining({ check: 'roles', state: 'broken' }))
  expect(found).toContainEqual(expect.objectContaining({ check: 'defence', state: 'broken' }))
})

test('what a terminal cannot show is told', async () => {
  const home = temporaryFolder()
  const look = async (variables: Readonly<Record<string, string>>) =>
    (await runInProcess(['doctor'], { home, terminal: 100, variables })).stdout
  expect(await look({ TERM: 'dumb' })).toMatch(/terminal .*TERM is "dumb"/)
  expect(await look({ TERM: 'xterm-256color', LANG: 'C' })).toMatch(/terminal .*the locale C may show/)
  expect(await look({ TERM: 'xterm-256color' })).toMatch(/terminal .*100 columns, xterm-256color/)
})

test('programs that are missing are told, and what they are for', async () => {
  const home = temporaryFolder()
  const found = await findings([], { home, variables: { PATH: home } })
  // The process of the test keeps its own PATH: what is looked for there is there.
  expect(found).toContainEqual(expect.objectContaining({ check: 'git', state: 'good' }))
  const path = process.env['PATH']
  process.env['PATH'] = home
  onTestFinished(() => {
    process.env['PATH'] = path
  })
  const without = await findings([], { home })
  for (const check of ['git', 'bash', 'rg'])
    expect(without).toContainEqual(
      expect.objectContaining({
        check,
        state: 'missing',
        fix: expect.stringContaining('install') as unknown,
      }),
    )
})

test('the clock of a server that keeps the store is compared, and no other', async () => {
  const home = temporaryFolder()
  const variables = { KEEPUP_STORE: inject('postgresUrl') }
  expect(await finding('clock', [], { home, variables })).toMatchObject({ state: 'good' })
  expect(await finding('clock', [], { home })).toBeUndefined()
})

test('a native part that was built for another Node says how to build it anew', () => {
  const error = Object.assign(new Error('was compiled against a different Node.js version'), {
    code: 'ERR_DLOPEN_FAILED',
  })
  expect(reportError(error)).toMatchObject({ fix: expect.stringContaining('npm rebuild better-sqlite3') })
})

test('a store that nobody may write to is told', async () => {
  const home = homeWith({ 'kept/note.txt': '' })
  chmodSync(join(home, 'kept'), 0o500)
  onTestFinished(() => chmodSync(join(home, 'kept'), 0o700))
  const found = await finding('store', ['--store', 'kept/note.txt/store.db'], { home })
  expect(found).toMatchObject({ state: 'broken' })
  expect(found?.fix).not.toBe('')
})
