import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import type { AgentEntry, AgentEntryType } from '@keepup/core'
import { expect, onTestFinished, test, vi } from 'vitest'

import { type FakeAnswer, type FakeServer, startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { keepup, type Ran, startKeepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const ask = (input: object): FakeAnswer => ({ calls: [{ name: 'ask_user', input }] })
const database = { question: 'Which database?', options: ['SQLite', 'PostgreSQL', 'deny'] }

async function serve(input: object): Promise<FakeServer> {
  const server = await startFakeServer([ask(input), { text: 'Done.' }])
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

/** What the model was told in the last request. */
function toldBy({ requests }: FakeServer): string {
  return JSON.stringify(requests.at(-1)?.body.messages.at(-1)?.content)
}

function toolsOf({ requests }: FakeServer): readonly string[] {
  return (requests[0]?.body.tools ?? []).map((tool) => tool.function.name)
}

/** Asks at a terminal at which a person types. */
async function typed(question: object, input: string, words: readonly string[] = []) {
  const server = await serve(question)
  const variables = { TERM: 'xterm', KEEPUP_COMMAND: 'keepup' }
  const world = { home: temporaryFolder(), variables, input, inputKind: 'terminal', terminal: 80 } as const
  const printed = await runInProcess(['run', 'act', '--model', server.model, ...words], world)
  const [first] = server.requests
  return { ...printed, told: toldBy(server), tools: toolsOf(server), bytes: first?.bytes ?? Infinity }
}

test('a person at the terminal chooses by number, and the agent hears the words', async () => {
  const { code, stderr, told } = await typed(database, '2\n')
  expect({ code, told }).toEqual({ code: 0, told: '"PostgreSQL"' })
  expect(stderr).toContain('Which database?')
  expect(stderr).toMatch(/1\).{0,10} SQLite[^]*2\).{0,10} PostgreSQL/)
  expect(stderr).not.toContain('[y]es')
})

test('what a person decides about is shown to its end', async () => {
  const options = [`keep ${'a'.repeat(150)} and then its end`, 'drop']
  const chosen = await typed({ ...database, options }, '1\n')
  expect(chosen.stderr).toContain('and then its end')
  expect(chosen.told).toBe(JSON.stringify(options[0]))
  const spoof = await typed({ question: 'Which?\n✓ all tests passed' }, 'none\n')
  expect(spoof.stderr).not.toMatch(/^✓ all tests passed/m)
  const command = `touch ${'a'.repeat(1_000)}; echo its end`
  const server = await startFakeServer([
    { calls: [{ name: 'shell', input: { command } }] },
    { text: 'Done.' },
  ])
  onTestFinished(() => server[Symbol.asyncDispose]())
  const world = { home: temporaryFolder(), variables: { TERM: 'xterm' }, input: 'n\n' }
  const words = ['run', 'act', '--model', server.model, '--mode', 'ask']
  const { stderr } = await runInProcess(words, { ...world, inputKind: 'terminal', terminal: 80 })
  expect(stderr).toMatch(/shell.{0,10} touch a{1000}; echo its end\n/)
})

test('other words are an answer too, an empty line is none, and a number without options is a word', async () => {
  expect((await typed(database, '\n\nneither: files\n')).told).toBe('"neither: files"')
  expect((await typed({ question: 'How many?' }, '2\n')).told).toBe('"2"')
  expect((await typed(database, '4\n')).told).toBe('"4"')
})

test('several may be chosen where the agent says so', async () => {
  const { told } = await typed({ ...database, multiple: true }, '2, 1\n')
  expect(told).toBe(JSON.stringify('PostgreSQL\nSQLite'))
  expect((await typed(database, '1 2\n')).told).toBe('"1 2"')
})

test('no question moves the cursor, sets a title or turns text around', async () => {
  const hostile = 'Sure?\u001B[2J\u001B]0;owned\u0007\u202E'
  const { code, stderr } = await typed({ question: hostile, options: [`a${hostile}`, 'b'] }, '1\n')
  expect(code).toBe(0)
  for (const sign of ['\u001B[2J', '\u001B]0;', '\u202E']) expect(stderr).not.toContain(sign)
})

test('an agent that nobody answers has nothing to ask with, and always a list', async () => {
  const { tools } = await typed(database, '', ['--unattended', 'deny'])
  expect(tools).not.toContain('ask_user')
  expect(tools).toContain('todo')
  const attended = await typed(database, '1\n')
  expect(attended.tools).toContain('ask_user')
  expect(attended.bytes).toBeLessThanOrEqual(6 * 1024)
})

test('a question may be asked in any mode: it changes nothing', async () => {
  expect((await typed(database, '1\n', ['--mode', 'plan'])).told).toBe('"SQLite"')
  expect((await typed(database, '1\n', ['--mode', 'yolo'])).told).toBe('"SQLite"')
})

test('whoever leaves leaves the question open', async () => {
  const { code, stderr } = await typed(database, '')
  expect(code).toBe(3)
  expect(stderr).toContain('waiting for 1 answer')
})

interface Scene {
  readonly server: FakeServer
  readonly go: (...words: readonly string[]) => Promise<Ran>
  readonly goUntil: (text: string, ...words: readonly string[]) => Promise<Ran>
}

async function stage(question: object): Promise<Scene> {
  const home = temporaryFolder()
  const folder = join(home, 'project')
  mkdirSync(folder)
  const server = await serve(question)
  const world = { home, cwd: folder }
  const model = (words: readonly string[]): readonly string[] =>
    words[0] === 'run' || words[0] === 'resume' ? [...words, '--model', server.model] : words
  return {
    server,
    go: (...words) => keepup(model(words), world),
    async goUntil(text, ...words) {
      const { child, ended } = startKeepup(model(words), world)
      let printed = ''
      child.stdout?.on('data', (piece: Buffer) => {
        printed += piece.toString()
        if (printed.includes(text)) child.kill('SIGKILL')
      })
      return ended
    },
  }
}

const waiting = ['run', 'act', '--thread', 't1', '--unattended', 'wait', '--json']

async function openQuestion({ go }: Scene) {
  const { stdout } = await go('approvals', 'list', '--json')
  return JSON.parse(stdout.trim()) as { id: string; question: string; wants: object }
}

function entryOf<Type extends AgentEntryType>({ events }: Ran, type: Type): AgentEntry<Type> | undefined {
  // Its type says so.
  return events.find((event) => event.type === type) as AgentEntry<Type> | undefined
}

test('a process that is killed where it asks, an answer from another one, and a third that goes on with it', async () => {
  const scene = await stage(database)
  const { go, goUntil, server } = scene
  const cut = await goUntil('"approval-requested"', ...waiting)
  expect(cut.signal === 'SIGKILL' || cut.code === 3).toBe(true)
  expect(entryOf(cut, 'approval-requested')?.data).toMatchObject({
    question: 'Which database?',
    wants: { options: database.options },
  })
  const { id, question, wants } = await openQuestion(scene)
  expect({ question, wants }).toEqual({ question: 'Which database?', wants: { options: database.options } })
  expect((await go('approvals', 'list')).stdout).toMatch(/Which database\?[^]*1\) SQLite[^]*2\) PostgreSQL/)
  expect((await go('approvals', 'answer', id, '2')).code).toBe(0)
  // Nobody could answer this one, but the answer is there.
  const resumed = await go('resume', 't1', '--json')
  expect({ code: resumed.code, told: toldBy(server) }).toEqual({ code: 0, told: '"PostgreSQL"' })
  expect(entryOf(resumed, 'tool-finished')?.labels?.default).toMatchObject({
    integrity: 'trusted',
    sources: ['user'],
  })
  expect((await go('history', 't1')).stdout).toContain('PostgreSQL')
})

test.each([
  ['words', ['x'.repeat(10_240)], JSON.stringify('x'.repeat(10_240))],
  ['nothing', [''], expect.stringContaining('leaves it to you')],
  ['control characters', ['\u001B[2Jred\u0007'], JSON.stringify('\u001B[2Jred\u0007')],
  ['an option called deny', ['deny'], '"deny"'],
  ['--message', ['allow', '--message', '1'], '"SQLite"'],
])('an answer of %s reaches the agent as it is, and no terminal', async (_, words, told) => {
  const scene = await stage(database)
  const { go, server } = scene
  expect((await go(...waiting)).code).toBe(3)
  const { id } = await openQuestion(scene)
  const answered = await go('approvals', 'answer', id, ...words)
  expect({ code: answered.code, safe: !answered.stdout.includes('\u001B[2J') }).toEqual({
    code: 0,
    safe: true,
  })
  const resumed = await go('resume', 't1')
  expect({ code: resumed.code, told: toldBy(server) }).toEqual({ code: 0, told })
  const shown = `${resumed.stdout}${resumed.stderr}${(await go('history', 't1')).stdout}${(await go('show', 't1')).stdout}`
  for (const sign of ['\u001B[2J', '\u0007']) expect(shown).not.toContain(sign)
})

test('whoever does not want to answer lets the agent go on with its best guess', async () => {
  const scene = await stage({ question: 'Which database?' })
  const { go, server } = scene
  expect((await go(...waiting)).code).toBe(3)
  const { id } = await openQuestion(scene)
  expect((await go('approvals', 'answer', id, 'allow')).stderr).toContain('says nothing')
  expect((await go('approvals', 'answer', id, 'SQLite', '--always')).stderr).toContain('--always')
  expect((await go('approvals', 'answer', id, 'deny')).code).toBe(0)
  await go('resume', 't1')
  expect(toldBy(server)).toContain('best assumption')
})

test('where nobody answers after all, the open question ends at once and the agent goes on', async () => {
  const scene = await stage(database)
  expect((await scene.go(...waiting)).code).toBe(3)
  const resumed = await scene.go('resume', 't1', '--json')
  expect(resumed.code).toBe(4)
  expect(toldBy(scene.server)).toContain('Nobody is there to answer')
})

test('of answers that are sent at once one wins, and every other one is told', async () => {
  const scene = await stage(database)
  const { go, server } = scene
  expect((await go(...waiting)).code).toBe(3)
  const { id } = await openQuestion(scene)
  const ran = await Promise.all(['red', 'green', 'blue'].map((word) => go('approvals', 'answer', id, word)))
  expect(ran.filter(({ code }) => code === 0)).toHaveLength(1)
  for (const { code, stderr } of ran.filter((one) => one.code !== 0)) {
    expect({ code, told: stderr.includes('was answered already') }).toEqual({ code: 2, told: true })
  }
  await go('resume', 't1')
  const winner = ['red', 'green', 'blue'].find((_, index) => ran[index]?.code === 0)
  expect(toldBy(server)).toBe(JSON.stringify(winner))
})
