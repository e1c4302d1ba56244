import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { expect, onTestFinished, test, vi } from 'vitest'

import { type FakeServer, startFakeServer } from './fake-server.ts'
import { type Printed, runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A person's home with a project in it. */
function homeWithProject(): { readonly home: string; readonly project: string } {
  const home = temporaryFolder()
  const project = join(home, 'project')
  mkdirSync(project)
  return { home, project }
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

const guard = 'cat > /dev/null; echo "not this" >&2; exit 2\n'

function claudeSettings(command: string): string {
  const hooks = [{ type: 'command', command }]
  return JSON.stringify({ hooks: { PreToolUse: [{ matcher: 'Bash', hooks }] } })
}

/** A project that brought a guard along. */
function projectWithGuard() {
  const { home, project } = homeWithProject()
  put(join(project, '.claude', 'guard.sh'), guard)
  put(join(project, '.claude', 'settings.json'), claudeSettings('bash .claude/guard.sh'))
  const keepup = (...words: readonly string[]): Promise<Printed> =>
    runInProcess([...words, '--hooks', 'claude', '--cwd', project], { home })
  return { home, project, keepup }
}

async function serveShell(command: string): Promise<FakeServer> {
  const server = await startFakeServer([
    { text: 'I try.', calls: [{ name: 'shell', input: { command } }] },
    { text: 'Done.' },
  ])
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

test("a person's own hooks guard a run, without a word about them", async () => {
  const { home, project } = homeWithProject()
  put(join(home, '.config', 'keepup', 'hooks.json'), claudeSettings(guard.trim()))
  const server = await serveShell('touch made')
  const words = ['run', 'go', '--mode', 'yolo', '--cwd', project, '--model', server.model]
  const { code, stderr } = await runInProcess(words, { home })
  expect(code).toBe(0)
  expect(stderr).not.toContain('hook')
  expect(JSON.stringify(server.requests[1]?.body.messages.at(-1))).toContain('not this')
  expect(existsSync(join(project, 'made'))).toBe(false)
})

test("a stranger's hooks are not run before they are approved, and that is said", async () => {
  const { home, project, keepup } = projectWithGuard()
  put(join(project, '.claude', 'guard.sh'), 'touch ran; exit 2\n')
  const server = await serveShell('touch made')
  const { stderr } = await keepup('run', 'go', '--mode', 'yolo', '--model', server.model)
  expect(stderr).toMatch(/note: 1 hook of .*settings\.json is not run/)
  expect(existsSync(join(project, 'ran'))).toBe(false)
  expect(existsSync(join(project, 'made'))).toBe(true)
  expect(existsSync(join(home, '.config'))).toBe(false)
})

test('where the settings want it, a run with hooks that nobody approved does not begin', async () => {
  const { keepup } = projectWithGuard()
  const server = await serveShell('touch made')
  const { code, stderr } = await keepup('run', 'go', '--untrusted-hooks', 'refuse', '--model', server.model)
  expect(code).not.toBe(0)
  expect(stderr).toContain('keepup hooks trust')
  expect(server.requests).toEqual([])
})

test('approved hooks are run, until one of their files changes', async () => {
  const { project, keepup, home } = projectWithGuard()
  expect((await keepup('hooks', 'list')).stdout).toMatch(/not approved, not run {2}[0-9a-f]{12}\n.*guard\.sh/)
  const approved = await keepup('hooks', 'trust')
  expect(approved.stdout).toContain('guard.sh')
  expect(approved.stderr).toContain(join(home, '.config', 'keepup', 'trusted-hooks.json'))
  const server = await serveShell('touch made')
  await keepup('run', 'go', '--mode', 'yolo', '--model', server.model)
  expect(existsSync(join(project, 'made'))).toBe(false)
  put(join(project, '.claude', 'guard.sh'), 'exit 0\n')
  expect((await keepup('hooks', 'list')).stdout).toContain('not approved')
})

test('a guard that an agent rewrites while it runs denies', async () => {
  const { project, keepup } = projectWithGuard()
  put(join(project, '.claude', 'guard.sh'), 'grep -q secret && exit 2; exit 0\n')
  await keepup('hooks', 'trust')
  const call = (command: string) => ({ text: 'On.', calls: [{ name: 'shell', input: { command } }] })
  const server = await startFakeServer([
    call('echo "exit 0" > .claude/guard.sh'),
    call('touch secret'),
    { text: 'Done.' },
  ])
  onTestFinished(() => server[Symbol.asyncDispose]())
  await keepup('run', 'go', '--mode', 'yolo', '--model', server.model)
  expect(readFileSync(join(project, '.claude', 'guard.sh'), 'utf8')).toBe('exit 0\n')
  expect(JSON.stringify(server.requests[2]?.body.messages.at(-1))).toContain('has changed since')
  expect(existsSync(join(project, 'secret'))).toBe(false)
})

test('only those of one digest are approved where it is named', async () => {
  const { project, keepup } = projectWithGuard()
  put(join(project, '.claude', 'settings.local.json'), claudeSettings('true'))
  const found = JSON.parse((await keepup('hooks', 'list', '--json')).stdout) as readonly { digest: string }[]
  expect(found).toHaveLength(2)
  await keepup('hooks', 'trust', (found[1]?.digest ?? '').slice(0, 12))
  const after = JSON.parse((await keepup('hooks', 'list', '--json')).stdout) as readonly {
    trusted: boolean
  }[]
  expect(after.map(({ trusted }) => trusted)).toEqual([false, true])
  expect((await keepup('hooks', 'trust', 'abc')).code).toBe(2)
})

test('an agent cannot approve hooks by its own commands', async () => {
  const { home, project } = projectWithGuard()
  const words = ['hooks', 'trust', '--hooks', 'claude', '--cwd', project]
  const { code, stderr } = await runInProcess(words, { home, variables: { KEEPUP_CALL: 'a-call' } })
  expect(code).toBe(2)
  expect(stderr).toContain('by people')
  expect(existsSync(join(home, '.config'))).toBe(false)
})

test('hooks test runs them on an event that is made up', async () => {
  const { keepup } = projectWithGuard()
  const before = await keepup('hooks', 'test', 'PreToolUse', '--input', '{"command":"ls"}')
  expect(before).toMatchObject({ stdout: '{}\n', stderr: expect.stringContaining('not approved') })
  await keepup('hooks', 'trust')
  const denied = await keepup(
    'hooks',
    'test',
    'tool-requested',
    '--tool',
    'shell',
    '--input',
    '{"command":"ls"}',
  )
  expect(JSON.parse(denied.stdout)).toEqual({ decision: { type: 'deny', reason: 'not this' } })
  expect((await keepup('hooks', 'test', 'tool-requested', '--tool', 'read')).stdout).toBe('{}\n')
  expect((await keepup('hooks', 'test', 'never')).stderr).toContain('tool-requested')
  expect((await keepup('hooks', 'test', 'tool-requested', '--input', '{')).stderr).toContain(
    '--input is no JSON',
  )
})

test("what is wrong with one's own hooks ends a run before it begins; a stranger's mistake is told", async () => {
  const { home, project, keepup } = projectWithGuard()
  put(join(project, '.claude', 'settings.json'), '{"hooks": {"PreToolUse": "x"}}')
  const told = await keepup('hooks', 'list')
  expect(told.stdout).toContain('#/hooks/PreToolUse is "x": write a list there')
  put(join(home, '.config', 'keepup', 'hooks.json'), '{"hooks": {"PreToolUse": [{}]}}')
  const server = await serveShell('touch made')
  const { code, stderr } = await keepup('run', 'go', '--model', server.model)
  expect(code).not.toBe(0)
  expect(stderr).toContain('hooks.json#/hooks/PreToolUse/0/hooks')
})

test.each([
  ['codex', '.codex/hooks.json', claudeSettings('exit 2')],
  [
    'gemini',
    '.gemini/settings.json',
    claudeSettings('exit 2').replace('PreToolUse', 'BeforeTool').replace('Bash', 'run_shell'),
  ],
  ['cline', '.cline/hooks/PreToolUse.sh', 'exit 2'],
])("those of %s are found in their places, a person's own and a project's", async (program, place, text) => {
  const { home, project } = homeWithProject()
  for (const folder of [home, project]) put(join(folder, place), text)
  const words = ['hooks', 'list', '--json', '--cwd', project]
  expect(JSON.parse((await runInProcess(words, { home })).stdout)).toEqual([])
  const found: unknown = JSON.parse((await runInProcess([...words, '--hooks', program], { home })).stdout)
  expect(found).toMatchObject([
    { program, level: 'user', trusted: true, hooks: [{ dialect: program }] },
    { program, level: 'project', trusted: false, hooks: [{ dialect: program }] },
  ])
})

test("a project's settings name no programs, and cannot let its hooks pass", async () => {
  const { home, project } = projectWithGuard()
  put(join(project, 'keepup.json'), '{"hooks": "claude"}')
  const { code, stderr } = await runInProcess(['hooks', 'list', '--cwd', project], { home })
  expect(code).not.toBe(0)
  expect(stderr).toContain("a project's file may not set")
})

test('hooks at every moment of a run are heard: a word at the start, a stop that is held up once, an end', async () => {
  const { home, project } = homeWithProject()
  const hook = (command: string) => [{ hooks: [{ type: 'command', command }] }]
  const hooks = {
    SessionStart: hook('echo "The build is red."'),
    UserPromptSubmit: hook('cat > prompt.json'),
    Stop: hook(`grep -q '"stop_hook_active":false' && { echo "Run the tests." >&2; exit 2; }; exit 0`),
    SessionEnd: hook('touch ended'),
  }
  put(join(home, '.config', 'keepup', 'hooks.json'), JSON.stringify({ hooks }))
  const server = await startFakeServer([{ text: 'Done.' }, { text: 'Tested.' }])
  onTestFinished(() => server[Symbol.asyncDispose]())
  const words = ['run', 'go', '--cwd', project, '--model', server.model]
  const { code, stdout } = await runInProcess(words, { home })
  expect(code).toBe(0)
  expect(stdout).toContain('Tested.')
  expect(server.requests).toHaveLength(2)
  expect(JSON.stringify(server.requests[0]?.body.messages)).toContain('The build is red.')
  expect(JSON.stringify(server.requests[1]?.body.messages)).toContain('Run the tests.')
  expect(JSON.parse(readFileSync(join(project, 'prompt.json'), 'utf8'))).toMatchObject({ prompt: 'go' })
  expect(existsSync(join(project, 'ended'))).toBe(true)
})
