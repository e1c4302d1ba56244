import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import type { AgentEntry, AgentEntryType } from '@keepup/core'
import { answer } from '@keepup/runtime'
import { expect, onTestFinished, test, vi } from 'vitest'

import { openStore } from '../src/store.ts'
import { type FakeAnswer, startFakeServer } from './fake-server.ts'
import { type Printed, runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

interface Scene {
  readonly home: string
  /** The project that the agent works in. */
  readonly project: string
  readonly store: string
  /** Runs the program, in the project unless another folder is named. */
  readonly go: (words: readonly string[], cwd?: string) => Promise<Printed>
}

/** A model that asks for the same command again and again, and says that it is done after each. */
async function stage(command: string, input: object = { command }): Promise<Scene> {
  const home = temporaryFolder()
  const project = join(home, 'project')
  mkdirSync(project)
  const server = await startFakeServer(({ body }): FakeAnswer => {
    const last = body.messages.at(-1)
    return last?.role === 'tool' ? { text: 'Done.' } : { text: 'I act.', calls: [{ name: 'shell', input }] }
  })
  onTestFinished(() => server[Symbol.asyncDispose]())
  const store = join(home, 'store.db')
  return {
    home,
    project,
    store,
    go: (words, cwd = project) => {
      const model = words[0] === 'run' || words[0] === 'resume' ? ['--model', server.model] : []
      return runInProcess([...words, ...model, '--store', store], { home, cwd })
    },
  }
}

const waiting = (thread: string): readonly string[] => [
  'run',
  'act',
  '--thread',
  thread,
  '--mode',
  'ask',
  '--unattended',
  'wait',
  '--json',
]

function entriesOf<Type extends AgentEntryType>(
  { events }: Printed,
  type: Type,
): readonly AgentEntry<Type>[] {
  // Its type says so.
  return events.filter((event) => event.type === type) as unknown as readonly AgentEntry<Type>[]
}

interface Listed {
  readonly id: string
  readonly input: unknown
}

async function listed({ go }: Scene): Promise<Listed> {
  const { stdout } = await go(['approvals', 'list', '--json'])
  return JSON.parse(stdout.trim()) as Listed
}

/** The files of approved calls, by project. */
function keptIn({
  home,
}: Pick<Scene, 'home'>): readonly { readonly project: string; readonly approved: readonly object[] }[] {
  const projects = join(home, '.config', 'keepup', 'projects')
  if (!existsSync(projects)) return []
  return readdirSync(projects).map((name) =>
    JSON.parse(readFileSync(join(projects, name, 'permissions.json'), 'utf8')),
  )
}

test('what is shown, answered and kept for good is the call as it would be run, repaired', async () => {
  // The time-out is a text where a number belongs, which is repaired.
  const scene = await stage('', { command: 'touch made', timeout_ms: '5000' })
  expect((await scene.go(waiting('t1'))).code).toBe(3)
  const open = await listed(scene)
  expect(open.input).toEqual({ command: 'touch made', timeout_ms: 5000 })
  expect((await scene.go(['approvals', 'answer', open.id, 'allow', '--always'])).code).toBe(0)
  expect(keptIn(scene)).toMatchObject([
    { approved: [{ input: { command: 'touch made', timeout_ms: 5000 } }] },
  ])
  expect((await scene.go(['resume', 't1', '--json'])).code).toBe(0)
  const again = await scene.go(waiting('t2'))
  expect({ code: again.code, asked: entriesOf(again, 'approval-requested') }).toEqual({ code: 0, asked: [] })
})

test('the same of a call that a hook rewrote', async () => {
  const scene = await stage('rm -r build')
  const output = { hookEventName: 'PreToolUse', updatedInput: { command: 'touch instead' } }
  const command = `cat > /dev/null; echo '${JSON.stringify({ hookSpecificOutput: output })}'`
  const hooks = { PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command }] }] }
  mkdirSync(join(scene.home, '.config', 'keepup'), { recursive: true })
  writeFileSync(join(scene.home, '.config', 'keepup', 'hooks.json'), JSON.stringify({ hooks }))
  expect((await scene.go(waiting('t1'))).code).toBe(3)
  const open = await listed(scene)
  expect(open.input).toEqual({ command: 'touch instead' })
  await scene.go(['approvals', 'answer', open.id, 'allow', '--always'])
  expect((await scene.go(['resume', 't1', '--json'])).code).toBe(0)
  expect(existsSync(join(scene.project, 'instead'))).toBe(true)
  expect((await scene.go(waiting('t2'))).code).toBe(0)
})

test("leave for good is given in the agent's project, wherever it is answered from", async () => {
  const scene = await stage('npm run something')
  const elsewhere = join(scene.home, 'elsewhere')
  mkdirSync(elsewhere)
  await scene.go(waiting('t1'))
  const { id } = await listed(scene)
  const wrong = await scene.go(
    ['approvals', 'answer', id, 'allow', '--always', '--cwd', elsewhere],
    elsewhere,
  )
  expect({ code: wrong.code, told: wrong.stderr.includes(`works in ${scene.project}`) }).toEqual({
    code: 2,
    told: true,
  })
  expect(keptIn(scene)).toEqual([])
  expect((await scene.go(['approvals', 'answer', id, 'allow', '--always'], elsewhere)).code).toBe(0)
  expect(keptIn(scene).map(({ project }) => project)).toEqual([scene.project])
  const other = await scene.go(waiting('t2'), elsewhere)
  expect(other.code).toBe(3)
})

test('leave for good holds by a link to the project, not after it moved, and not for what took its place', async () => {
  const scene = await stage('touch made')
  await scene.go(waiting('t1'))
  const { id } = await listed(scene)
  await scene.go(['approvals', 'answer', id, 'allow', '--always'])
  await scene.go(['resume', 't1'])
  const link = join(scene.home, 'link')
  symlinkSync(scene.project, link)
  expect((await scene.go([...waiting('linked'), '--cwd', link])).code).toBe(0)
  const moved = join(scene.home, 'moved')
  renameSync(scene.project, moved)
  expect((await scene.go(waiting('moved'), moved)).code).toBe(3)
  mkdirSync(scene.project)
  expect((await scene.go(waiting('another'))).code).toBe(3)
})

test('of two answers the second keeps nothing for good, and is told whose was first', async () => {
  const scene = await stage('touch made')
  await scene.go(waiting('t1'))
  const { id } = await listed(scene)
  const both = await Promise.all([
    scene.go(['approvals', 'answer', id, 'deny']),
    scene.go(['approvals', 'answer', id, 'allow', '--always']),
  ])
  const [denied, allowed] = both
  expect(new Set(both.map(({ code }) => code))).toEqual(new Set([0, 2]))
  expect(keptIn(scene)).toHaveLength(allowed.code === 0 ? 1 : 0)
  const late = allowed.code === 0 ? denied : allowed
  expect(late.stderr).toMatch(/was answered already: user said (allow|deny) at/)
})

test('a person at the terminal hears that another answer came first, and keeps nothing for good', async () => {
  const { home, project, store, go } = await stage('touch made')
  const server = await startFakeServer([
    { calls: [{ name: 'shell', input: { command: 'touch made' } }] },
    { text: 'Done.' },
  ])
  onTestFinished(() => server[Symbol.asyncDispose]())
  const asked = Promise.withResolvers<void>()
  /** Types once somebody else has answered. */
  async function* typed(): AsyncIterable<string> {
    await asked.promise
    const { stdout } = await go(['approvals', 'list', '--json'])
    const { id } = JSON.parse(stdout.trim()) as Listed
    expect((await go(['approvals', 'answer', id, 'deny'])).code).toBe(0)
    yield 'a\n'
  }
  const ran = await runInProcess(['run', 'act', '--store', store, '--model', server.model], {
    home,
    cwd: project,
    variables: { TERM: 'xterm' },
    input: typed(),
    inputKind: 'terminal',
    terminal: 80,
    watch: (text) => text.includes('[a]lways') && asked.resolve(),
  })
  expect(ran.stderr).toContain('was answered already: user said deny')
  expect({ code: ran.code, made: existsSync(join(project, 'made')) }).toEqual({ code: 0, made: false })
  expect(keptIn({ home })).toEqual([])
})

test('an answer with a forged digest lets nothing run, and the question stays', async () => {
  const scene = await stage('touch made')
  await scene.go(waiting('t1'))
  const { id } = await listed(scene)
  await using store = await openStore({ path: scene.store })
  await store.checkpointer.signal([answer('t1', { approval: id, digest: 'forged', allow: true })], 'power')
  const resumed = await scene.go(['resume', 't1', '--unattended', 'wait', '--mode', 'ask', '--json'])
  expect({ code: resumed.code, made: existsSync(join(scene.project, 'made')) }).toEqual({
    code: 3,
    made: false,
  })
  expect(entriesOf(resumed, 'approval-answered').map(({ data }) => data.valid)).toEqual([false])
  expect((await scene.go(['approvals', 'answer', (await listed(scene)).id, 'deny'])).code).toBe(0)
})

test('an answer after the run has ended is refused with what to do', async () => {
  const scene = await stage('touch made')
  const ran = await scene.go(['run', 'act', '--thread', 't1', '--mode', 'ask', '--json'])
  const [asked] = entriesOf(ran, 'approval-requested')
  const { code, stderr } = await scene.go([
    'approvals',
    'answer',
    asked?.data.approval ?? '',
    'allow',
    '--always',
  ])
  expect(code).toBe(2)
  expect(stderr).toContain('runtime said deny')
  expect(keptIn(scene)).toEqual([])
})

test('where what is allowed for good cannot be kept the answer stands, and that is said', async () => {
  const scene = await stage('touch made')
  await scene.go(waiting('t1'))
  const { id } = await listed(scene)
  // A file where the folder of projects belongs.
  mkdirSync(join(scene.home, '.config', 'keepup'), { recursive: true })
  writeFileSync(join(scene.home, '.config', 'keepup', 'projects'), '')
  const { code, stderr } = await scene.go(['approvals', 'answer', id, 'allow', '--always'])
  expect(code).toBe(21)
  expect(stderr).toMatch(/the call is allowed, but not for good: .*cannot be written/)
  expect((await scene.go(['resume', 't1', '--mode', 'ask'])).code).toBe(0)
  expect(existsSync(join(scene.project, 'made'))).toBe(true)
})

test('a damaged file of approvals stops a run before it begins, and stays as it is', async () => {
  const scene = await stage('touch made')
  await scene.go(waiting('t1'))
  const { id } = await listed(scene)
  await scene.go(['approvals', 'answer', id, 'allow', '--always'])
  const projects = join(scene.home, '.config', 'keepup', 'projects')
  const file = join(projects, readdirSync(projects)[0] ?? '', 'permissions.json')
  writeFileSync(file, '{"approved": [')
  const { code, stderr } = await scene.go(waiting('t2'))
  expect({ code, names: stderr.includes(file) }).toEqual({ code: 21, names: true })
  expect(readFileSync(file, 'utf8')).toBe('{"approved": [')
})
