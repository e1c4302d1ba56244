import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test, vi } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { startKeepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const delegate = (role: string, task: string) => ({ name: 'delegate_to_agent', input: { role, task } })

/** A project, and a model that answers as a script says. */
function stage(steps: readonly object[]) {
  const home = temporaryFolder()
  const cwd = join(home, 'project')
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'a.txt'), 'a\n')
  const script = join(home, 'script.json')
  writeFileSync(script, JSON.stringify({ steps }))
  const world = { home, cwd }
  const model = ['--model', `scripted:${script}`]
  return {
    cwd,
    start: (...words: readonly string[]) =>
      runInProcess(['run', 'Go', '--thread', 't1', '--tools', 'agents', ...model, ...words], world),
    home,
    model,
    resume: (thread: string, ...words: readonly string[]) =>
      runInProcess(['resume', thread, ...model, ...words], world),
    go: (...words: readonly string[]) => runInProcess(words, world),
  }
}

const asks = [
  { when: { lastUser: '^Go' }, calls: [delegate('explorer', 'Count')] },
  { when: { lastUser: '^Count' }, text: 'One file.' },
  { when: { lastToolResult: 'One file' }, text: 'There is one.' },
]

test('an agent starts another, and both are shown', async () => {
  const { start, go } = stage(asks)
  const ran = await start()
  expect(ran.code).toBe(0)
  expect(ran.stdout).toContain('There is one.')
  const { stdout } = await go('agents', 'tree', 't1')
  expect(stdout).toMatch(/^t1 {2}completed {2}3 turns.*\n {2}explorer \w{20} {2}completed {2}1 turn/)
  const tree = JSON.parse((await go('agents', 'tree', 't1', '--json')).stdout) as {
    agents: { role: string }[]
  }
  expect(tree.agents).toMatchObject([{ role: 'explorer', status: 'finished', spent: { turns: 1 } }])
  expect((await go('threads')).stdout).toContain('explorer of t1: Count')
  expect((await go('agents', 'cancel', 't1')).stderr).toContain('nothing below t1 is at work')
  expect((await go('replay', 't1')).code).toBe(0)
})

test('without being asked for, nothing of it is offered', async () => {
  const { go, cwd } = stage([{ text: 'Done.' }])
  const script = join(cwd, '..', 'script.json')
  const ran = await go('run', 'Go', '--thread', 't2', '--model', `scripted:${script}`, '--json')
  expect(ran.code).toBe(0)
  expect(ran.stdout).not.toContain('delegate_to_agent')
})

test("an agent's question reaches the inbox, its answer lets the whole tree go on, and its files come in", async () => {
  const { start, resume, go, cwd } = stage([
    { when: { lastUser: '^Go' }, calls: [delegate('general', 'Make it')] },
    {
      when: { lastUser: '^Make it' },
      calls: [{ name: 'write', input: { path: 'made.txt', content: 'made' } }],
    },
    { when: { lastToolResult: 'Its changes are here' }, text: 'It is made.' },
    { when: { lastToolResult: '.' }, text: 'I wrote it.' },
  ])
  const first = await start('--mode', 'ask', '--unattended', 'wait')
  expect(first.code).toBe(3)
  const { id, thread } = JSON.parse((await go('approvals', 'list', '--json')).stdout) as {
    id: string
    thread: string
  }
  expect(thread).not.toBe('t1')
  expect((await go('agents', 'tree', 't1')).stdout).toContain(`waits for ${id}`)
  expect((await go('approvals', 'answer', id, 'allow')).code).toBe(0)
  const second = await resume(thread, '--mode', 'ask', '--unattended', 'wait')
  expect(second.stderr).toContain(`${thread} is an agent (general) of t1: going on with that`)
  expect(second.stdout).toContain('It is made.')
  expect(second.code).toBe(0)
  expect(readFileSync(join(cwd, 'made.txt'), 'utf8')).toBe('made')
})

test('a person at the terminal is asked what an agent wants to do, and the run goes on by itself', async () => {
  const { home, cwd, model } = stage([
    { when: { lastUser: '^Go' }, calls: [delegate('general', 'Make it')] },
    {
      when: { lastUser: '^Make it' },
      calls: [{ name: 'write', input: { path: 'made.txt', content: 'made' } }],
    },
    { when: { lastToolResult: 'Its changes are here' }, text: 'It is made.' },
    { when: { lastToolResult: '.' }, text: 'I wrote it.' },
  ])
  const words = ['run', 'Go', '--thread', 't1', '--tools', 'agents', '--mode', 'ask', ...model]
  const variables = { TERM: 'xterm' }
  const terminal = { input: 'y\n', inputKind: 'terminal', terminal: 100 } as const
  const ran = await runInProcess(words, { home, cwd, variables, ...terminal })
  expect(ran.stderr).toContain('May "write" be run')
  expect(ran.stdout).toContain('It is made.')
  expect(ran.code).toBe(0)
  expect(readFileSync(join(cwd, 'made.txt'), 'utf8')).toBe('made')
})

/** Resolves once two agents of the tree are at work. */
async function twoAtWork({ cwd, go }: Pick<ReturnType<typeof stage>, 'cwd' | 'go'>): Promise<void> {
  const store = join(cwd, '..', '.local')
  for (;;) {
    const { stdout } = existsSync(store) ? await go('agents', 'tree', 't1', '--json') : { stdout: '' }
    if ((stdout.match(/"status":"running"/g) ?? []).length === 2) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('a steer is heard by whoever has control', async () => {
  const { start, go, cwd } = stage([
    {
      when: { lastUser: '^Go' },
      calls: [{ name: 'hand_off_to_agent', input: { role: 'explorer', task: 'Think' } }],
    },
    { when: { lastUser: 'Be brief' }, text: 'Brief.' },
    {
      when: { lastUser: 'Your task: Think' },
      delay: 600,
      calls: [{ name: 'glob', input: { pattern: '*' } }],
    },
    { when: { lastToolResult: 'Brief' }, text: 'Handed back.' },
  ])
  const running = start()
  await twoAtWork({ cwd, go })
  const told = await go('signal', 't1', 'steer', 'Be brief')
  expect(told.stdout).toMatch(/^steer to \w{20}: accepted/)
  expect((await running).stdout).toContain('Handed back.')
})

test('a tree whose process was killed goes on', async () => {
  const { go, cwd, home, model, resume } = stage([
    { when: { lastUser: '^Go' }, calls: [delegate('explorer', 'Think')] },
    { when: { lastUser: '^Think' }, delay: 1_500, text: 'Thought.' },
    { when: { lastToolResult: 'Thought' }, text: 'It thought.' },
  ])
  const words = ['run', 'Go', '--thread', 't1', '--tools', 'agents', ...model]
  const { child, ended } = startKeepup(words, { home, cwd })
  await twoAtWork({ cwd, go })
  child.kill('SIGKILL')
  await ended
  // Without being told of agents: the thread knows that it has some.
  const second = await resume('t1')
  expect(second.stdout).toContain('It thought.')
  expect((await go('agents', 'tree', 't1')).stdout.match(/completed/g)).toHaveLength(2)
})

test('the agents of a run that is held to a role are held to it as well', async () => {
  const { go, home, cwd, start } = stage([
    { when: { lastUser: '^Go' }, calls: [delegate('general', 'Write')] },
    {
      when: { lastUser: '^Write', turn: 1 },
      calls: [{ name: 'write', input: { path: 'b.txt', content: 'b' } }],
    },
    { when: { lastToolResult: 'no tool' }, text: 'I have no such tool.' },
    { text: 'Over.' },
  ])
  mkdirSync(join(home, '.config', 'keepup', 'roles'), { recursive: true })
  const reader = {
    description: 'Reads',
    system: 'You read.',
    tools: ['read', 'delegate_to_agent', 'collect_agents'],
  }
  writeFileSync(join(home, '.config', 'keepup', 'roles', 'reader.json'), JSON.stringify(reader))
  const ran = await start('--role', 'reader', '--mode', 'yolo')
  expect(ran.code).toBe(0)
  expect(existsSync(join(cwd, 'b.txt'))).toBe(false)
  const { stdout } = await go('agents', 'tree', 't1')
  expect(stdout).toContain('general')
})

test('a tree is ended from elsewhere', async () => {
  const { start, go, cwd } = stage([
    { when: { lastUser: '^Go' }, calls: [delegate('explorer', 'Think')] },
    { when: { lastUser: '^Think' }, delay: 600_000, text: 'Too late.' },
    { text: 'Over.' },
  ])
  const running = start()
  await twoAtWork({ cwd, go })
  expect((await go('agents', 'cancel', 't1', '--reason', 'enough')).stdout).toContain(
    '2 agents are told to end',
  )
  const ended = await running
  expect(ended.stdout + ended.stderr).toContain('enough')
  expect((await go('agents', 'tree', 't1')).stdout.match(/interrupted/g)).toHaveLength(2)
})
