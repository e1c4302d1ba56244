import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { AgentEntry, AgentEntryType } from '@keepup/core'
import { expect, onTestFinished, test, vi } from 'vitest'

import { type FakeAnswer, type FakeServer, startFakeServer } from './fake-server.ts'
import { keepup, type Ran, startKeepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

interface Scene {
  readonly home: string
  readonly folder: string
  readonly server: FakeServer
  /** Runs the program in the folder. */
  readonly go: (...words: readonly string[]) => Promise<Ran>
  /** The same in a process that is killed as soon as it has printed a text. */
  readonly goUntil: (text: string, ...words: readonly string[]) => Promise<Ran>
}

/** A folder, a home beside it, and a model that asks for one command and then says that it is done. */
async function stage(command: string, more: readonly FakeAnswer[] = []): Promise<Scene> {
  const home = temporaryFolder()
  const folder = join(home, 'project')
  mkdirSync(folder)
  const call = { name: 'shell', input: { command } }
  const server = await startFakeServer([{ text: 'I act.', calls: [call] }, ...more, { text: 'Done.' }])
  onTestFinished(() => server[Symbol.asyncDispose]())
  const world = { home, cwd: folder }
  const model = (words: readonly string[]): readonly string[] =>
    words[0] === 'run' || words[0] === 'resume' ? [...words, '--model', server.model] : words
  return {
    home,
    folder,
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

const waiting = ['run', 'act', '--thread', 't1', '--mode', 'ask', '--unattended', 'wait', '--json']

async function openApproval({ go }: Scene): Promise<{ readonly id: string } & Record<string, unknown>> {
  const { stdout, code } = await go('approvals', 'list', '--json')
  expect(code).toBe(0)
  return JSON.parse(stdout.trim()) as { id: string }
}

function entryOf<Type extends AgentEntryType>({ events }: Ran, type: Type): AgentEntry<Type> | undefined {
  // Its type says so.
  return events.find((event) => event.type === type) as AgentEntry<Type> | undefined
}

test('a list shows where a command breaks a line, and its colours as colours', async () => {
  const { home, folder, go } = await stage('make # check\nrm -rf /')
  await go(...waiting)
  const shown = await keepup(['approvals', 'list'], { home, cwd: folder, variables: { FORCE_COLOR: '1' } })
  expect(shown.stdout).toContain('shell make # check ␊ rm -rf /\n')
  expect(shown.stdout).toContain('\u001B[1m')
  expect(shown.stdout).not.toContain('␛')
})

test('an ask that nobody can answer ends as a typed denial, at once, and the program exits 4', async () => {
  const { go, folder, server } = await stage('touch made')
  const ran = await go('run', 'act', '--mode', 'ask', '--json')
  expect(ran.code).toBe(4)
  expect(entryOf(ran, 'tool-finished')?.data.outcome).toMatchObject({
    type: 'denied',
    reason: expect.stringContaining('Nobody could be asked'),
  })
  const [asked, ended] = [entryOf(ran, 'approval-requested'), entryOf(ran, 'tool-finished')]
  expect((ended?.time ?? Infinity) - (asked?.time ?? 0)).toBeLessThan(1000)
  expect(asked?.data.reasons.map(({ text }) => text)).toContain(
    'command touch made: neither a rule nor mode "ask" allows it',
  )
  expect(JSON.stringify(server.requests[1]?.body.messages)).toContain('Nobody could be asked')
  expect(existsSync(join(folder, 'made'))).toBe(false)
})

test('a run that was told to wait exits 3, is killed where it asks, and another process takes the answer', async () => {
  const scene = await stage('touch made')
  const { go, goUntil, folder } = scene
  const cut = await goUntil('"approval-requested"', ...waiting)
  expect(cut.signal === 'SIGKILL' || cut.code === 3).toBe(true)
  expect(existsSync(join(folder, 'made'))).toBe(false)
  const open = await openApproval(scene)
  expect(open).toMatchObject({ thread: 't1', tool: 'shell', input: { command: 'touch made' } })
  expect(open['effects']).toContain(`write:${folder}/made`)
  const again = await go('resume', 't1', '--mode', 'ask', '--unattended', 'wait', '--json')
  expect({ code: again.code, last: again.events.at(-1)?.type }).toEqual({ code: 3, last: 'run-waiting' })
  const answered = await go('approvals', 'answer', open.id.slice(0, 8), 'allow')
  expect({ code: answered.code, stdout: answered.stdout }).toEqual({
    code: 0,
    stdout: `allow: ${open.id} of t1\n`,
  })
  const resumed = await go('resume', 't1', '--mode', 'ask', '--json')
  expect(resumed.code).toBe(0)
  expect(entryOf(resumed, 'tool-finished')?.data.outcome.type).toBe('completed')
  expect(existsSync(join(folder, 'made'))).toBe(true)
  expect((await go('approvals', 'list')).stderr).toContain('no agent waits for an answer')
})

test('an answer holds for what was asked alone: where the call would touch more by now, it is asked anew', async () => {
  const scene = await stage('rm *.log')
  const { go, folder } = scene
  writeFileSync(join(folder, 'a.log'), '')
  expect((await go(...waiting)).code).toBe(3)
  const { id } = await openApproval(scene)
  writeFileSync(join(folder, 'b.log'), 'not asked about')
  expect((await go('approvals', 'answer', id, 'allow')).code).toBe(0)
  const resumed = await go('resume', 't1', '--mode', 'ask', '--json')
  expect(resumed.code).toBe(4)
  expect(readdirSync(folder)).toEqual(['a.log', 'b.log'])
})

test('the first of two answers wins, and the second hears whose that was', async () => {
  const scene = await stage('touch made')
  const { go, folder } = scene
  expect((await go(...waiting)).code).toBe(3)
  const { id } = await openApproval(scene)
  expect((await go('approvals', 'answer', id, 'deny', '--message', 'use the other file')).code).toBe(0)
  const second = await go('approvals', 'answer', id, 'allow')
  expect(second.code).toBe(2)
  expect(second.stderr).toMatch(new RegExp(`approval ${id} was answered already: user said deny at \\d{4}-`))
  const resumed = await go('resume', 't1', '--mode', 'ask', '--json')
  expect(entryOf(resumed, 'tool-finished')?.data.outcome).toEqual({
    type: 'denied',
    reason: 'use the other file',
  })
  expect(existsSync(join(folder, 'made'))).toBe(false)
  const third = await go('approvals', 'answer', id, 'allow')
  expect(third.stderr).toContain('user said deny')
})

test('of answers that are sent at once one wins, and every other one is told', async () => {
  const scene = await stage('touch made')
  const { go, folder } = scene
  expect((await go(...waiting)).code).toBe(3)
  const { id } = await openApproval(scene)
  const verdicts = ['allow', 'deny', 'allow', 'deny'] as const
  const ran = await Promise.all(verdicts.map((verdict) => go('approvals', 'answer', id, verdict)))
  const winners = verdicts.filter((_, index) => ran[index]?.code === 0)
  expect(winners).toHaveLength(1)
  for (const { code, stderr } of ran.filter((one) => one.code !== 0)) {
    expect({ code, told: stderr.includes(`user said ${winners[0] ?? ''}`) }).toEqual({ code: 2, told: true })
  }
  await go('resume', 't1', '--mode', 'ask')
  expect(existsSync(join(folder, 'made'))).toBe(winners[0] === 'allow')
})

test('what was allowed for good is not asked about again, and nothing else is', async () => {
  const call = (command: string): FakeAnswer => ({ calls: [{ name: 'shell', input: { command } }] })
  const scene = await stage('touch made', [
    call('touch made'),
    call('touch other'),
    { text: 'Done.' },
    call('touch made'),
  ])
  const { go, home, folder } = scene
  expect((await go(...waiting)).code).toBe(3)
  const { id } = await openApproval(scene)
  const answered = await go('approvals', 'answer', id, 'allow', '--always', '--json')
  const { always } = JSON.parse(answered.stdout) as { always: string }
  const resumed = await go('resume', 't1', '--mode', 'ask', '--json')
  const outcomes = resumed.events.flatMap((event) =>
    event.type === 'tool-finished' ? [event.data.outcome.type] : [],
  )
  expect({ code: resumed.code, outcomes }).toEqual({
    code: 4,
    outcomes: ['completed', 'completed', 'denied'],
  })
  const projects = join(home, '.config/keepup/projects')
  const [project = ''] = readdirSync(projects)
  const file = join(projects, project, 'permissions.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    project: folder,
    approved: [{ id: always, tool: 'shell', input: { command: 'touch made' }, by: 'user' }],
  })
  expect((await go('permissions', 'list')).stdout).toContain(`${always} allow shell touch made`)
  expect((await go('permissions', 'forget', always)).code).toBe(0)
  const asked = await go('run', 'act again', '--thread', 't2', '--mode', 'ask', '--json')
  expect({ code: asked.code, asked: entryOf(asked, 'approval-requested')?.data.tool }).toEqual({
    code: 4,
    asked: 'shell',
  })
  expect((await go('permissions', 'list')).stdout).not.toContain(always)
})

test.each([
  [['zzz', 'allow'], 'no approval zzz is open'],
  [['OPEN', 'perhaps'], '"perhaps" is no answer'],
  [['OPEN', 'deny', '--always'], '--always'],
])('approvals answer %j is refused', async (words, what) => {
  const scene = await stage('touch made')
  expect((await scene.go(...waiting)).code).toBe(3)
  const { id } = await openApproval(scene)
  const named = words.map((word) => (word === 'OPEN' ? id : word))
  const { code, stderr } = await scene.go('approvals', 'answer', ...named)
  expect(code).toBe(2)
  expect(stderr).toContain(what)
})
