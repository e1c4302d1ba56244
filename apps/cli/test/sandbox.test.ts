import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, onTestFinished, test, vi } from 'vitest'

import { sandboxOptions } from '../src/running/open-confinement.ts'
import { type FakeAnswer, type FakeServer, startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const bubblewrap = process.platform === 'linux' && spawnSync('bwrap', ['--version']).status === 0

async function serve(answers: readonly FakeAnswer[]): Promise<FakeServer> {
  const server = await startFakeServer(answers)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

function shellAnswers(command: string): readonly FakeAnswer[] {
  return [{ text: 'I try.', calls: [{ name: 'shell', input: { command } }] }, { text: 'Done.' }]
}

/** A project beside secrets, in one home. */
function homeWithProject(): { readonly home: string; readonly project: string } {
  const home = temporaryFolder()
  const project = join(home, 'project')
  mkdirSync(project)
  mkdirSync(join(home, '.ssh'))
  writeFileSync(join(home, '.ssh', 'id_rsa'), 'a private key')
  return { home, project }
}

test.runIf(bubblewrap)('with --sandbox commands are confined, and one line says by what', async () => {
  const { home, project } = homeWithProject()
  const command =
    'cat ../.ssh/id_rsa; echo outside > ../made; echo inside > made; echo "key: $ANTHROPIC_API_KEY"'
  const server = await serve(shellAnswers(command))
  const words = [
    'run',
    'go',
    '--mode',
    'yolo',
    '--sandbox',
    'bubblewrap',
    '--cwd',
    project,
    '--model',
    server.model,
  ]
  const { code, stderr } = await runInProcess(words, { home, variables: { ANTHROPIC_API_KEY: 'the-key' } })
  expect(code).toBe(0)
  expect(stderr).toMatch(
    /note: commands run in bubblewrap [\d.]+: they write in .*project alone, and reach no host/,
  )
  const told = JSON.stringify(server.requests[1]?.body.messages.at(-1))
  expect(told).not.toContain('a private key')
  expect(told).not.toContain('the-key')
  expect(existsSync(join(home, 'made'))).toBe(false)
  expect(readFileSync(join(project, 'made'), 'utf8')).toBe('inside\n')
})

test('without one the same command reads and writes what it likes: the control', async () => {
  const { home, project } = homeWithProject()
  const server = await serve(shellAnswers('cat ../.ssh/id_rsa; echo outside > ../made'))
  await runInProcess(['run', 'go', '--mode', 'yolo', '--cwd', project, '--model', server.model], { home })
  expect(JSON.stringify(server.requests[1]?.body.messages.at(-1))).toContain('a private key')
  expect(existsSync(join(home, 'made'))).toBe(true)
})

test('a sandbox that was asked for and is not there ends the run before it begins', async () => {
  const { home, project } = homeWithProject()
  const server = await serve(shellAnswers('touch made'))
  const words = [
    'run',
    'go',
    '--mode',
    'yolo',
    '--sandbox',
    'seatbelt',
    '--cwd',
    project,
    '--model',
    server.model,
  ]
  const { code, stderr } = await runInProcess(words, { home })
  expect(code).toBe(process.platform === 'darwin' ? 0 : 21)
  if (process.platform === 'darwin') return
  expect(stderr).toMatch(/"seatbelt" cannot be used.*Nothing was run.*--sandbox off/s)
  expect(server.requests).toEqual([])
  expect(existsSync(join(project, 'made'))).toBe(false)
})

test('doctor says what protects, what is there, and how to have the rest', async () => {
  const { home, project } = homeWithProject()
  const off = await runInProcess(['doctor', '--cwd', project], { home })
  expect(off.stdout).toMatch(/sandbox {3}off: commands that are allowed may do what you may do/)
  expect(off.stdout).toContain('--sandbox auto')
  expect(off.stdout).toMatch(/seatbelt (holds|is not there)/)
  const asked = await runInProcess(['doctor', '--cwd', project], {
    home,
    variables: { KEEPUP_SANDBOX: process.platform === 'darwin' ? 'bubblewrap' : 'seatbelt' },
  })
  expect(asked.stdout).toContain('was asked for and is not there: no run begins')
  expect(asked.code).toBe(1)
})

test('the rules that decide about calls close and open the sandbox too', () => {
  const { home, project } = homeWithProject()
  mkdirSync(join(home, '.config', 'keepup'), { recursive: true })
  const rules = [
    { effect: 'write:locked/**', decision: 'deny' },
    { effect: 'read:~/letters/**', decision: 'deny' },
    { effect: 'net:*.example.com', decision: 'allow' },
  ]
  writeFileSync(join(home, '.config', 'keepup', 'permissions.json'), JSON.stringify({ rules }))
  const { profile, state } = sandboxOptions({
    store: join(home, 'threads.db'),
    folder: project,
    environment: { HOME: home },
  })
  expect(profile.writable).toEqual([project])
  expect(profile.unwritable).toContain(join(project, 'locked'))
  expect(profile.unwritable).toContain(join(project, '.git/hooks'))
  for (const path of ['letters', '.ssh', 'threads.db']) expect(profile.unreadable).toContain(join(home, path))
  expect(profile.hosts).toEqual(['*.example.com'])
  expect(state).toBe(join(home, '.local/state/keepup/sandbox'))
})

test('hosts that rules allow are refused by a sandbox that cannot tell them apart, before anything is run', async () => {
  const { home, project } = homeWithProject()
  mkdirSync(join(home, '.config', 'keepup'), { recursive: true })
  const rules = [{ effect: 'net:example.com', decision: 'allow' }]
  writeFileSync(join(home, '.config', 'keepup', 'permissions.json'), JSON.stringify({ rules }))
  const server = await serve(shellAnswers('touch made'))
  const words = [
    'run',
    'go',
    '--mode',
    'yolo',
    '--sandbox',
    'bubblewrap',
    '--cwd',
    project,
    '--model',
    server.model,
  ]
  const { code, stderr } = await runInProcess(words, { home })
  expect(code).not.toBe(0)
  expect(stderr).toContain('cannot let example.com through and nothing else')
  expect(server.requests).toEqual([])
})
