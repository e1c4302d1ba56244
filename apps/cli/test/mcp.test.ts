import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { systemClock } from '@keepup/core'
import { expect, onTestFinished, test, vi } from 'vitest'

import { buildProgram } from './build-program.ts'
import { type FakeAnswer, type FakeServer, startFakeServer } from './fake-server.ts'
import { type Printed, runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const plainServer = join(import.meta.dirname, 'plain-mcp-server.ts')

/** A person's home with a project, and the program in it. */
function homeWithProject() {
  const home = temporaryFolder()
  const project = join(home, 'project')
  mkdirSync(project)
  const keepup = (...words: readonly string[]): Promise<Printed> =>
    runInProcess(words, { home, cwd: project })
  const calls = join(home, 'calls.txt')
  const called = (): readonly string[] =>
    existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []
  const add = (name: string, ...flags: readonly string[]): Promise<Printed> =>
    keepup('mcp', 'add', ...flags, '--env', `CALLS=${calls}`, name, '--', process.execPath, plainServer)
  return { home, project, keepup, calls, called, add }
}

async function serve(answers: readonly FakeAnswer[]): Promise<FakeServer> {
  const server = await startFakeServer(answers)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

function json(printed: Printed): unknown {
  return JSON.parse(printed.stdout)
}

test('a server is added, listed, asked, called, switched off and on, and removed', async () => {
  const { home, keepup, called, add } = homeWithProject()
  expect((await keepup('mcp', 'list')).stdout).toContain('no MCP servers')
  expect(await add('one')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('.config/keepup/mcp.json'),
  })
  expect((await add('one')).stderr).toContain('--force')
  expect(json(await keepup('mcp', 'list', '--json'))).toMatchObject({
    servers: [{ name: 'one', state: 'enabled' }],
    problems: [],
  })
  expect(called()).toEqual([])
  expect(json(await keepup('mcp', 'tools', '--json'))).toMatchObject({
    tools: [{ server: 'one', serverName: 'echo' }],
  })
  expect((await keepup('mcp', 'call', 'one', 'echo', 'text=hi')).stdout).toBe('hi, said with nothing\n')
  expect(json(await keepup('mcp', 'call', 'one', 'echo', '{"text": "x"}', '--json'))).toMatchObject({
    isError: false,
  })
  expect(await keepup('mcp', 'call', 'one', 'echo', 'text=fail')).toMatchObject({ code: 1 })
  expect((await keepup('mcp', 'resources', 'one', 'plain://one')).stdout).toBe('what it holds\n')
  expect((await keepup('mcp', 'resources', 'one')).stdout).toContain('plain://one')
  expect((await keepup('mcp', 'prompts', 'one')).stdout).toMatch(/greet +who/)
  expect((await keepup('mcp', 'prompts', 'one', 'greet', 'who=Ada')).stdout).toBe('user: Greet Ada\n')
  expect((await keepup('mcp', 'logs', 'one')).stdout).toContain('plain server is up')
  expect((await keepup('mcp', 'doctor')).stdout).toMatch(/one +1 tool.*\(plain 1\.0\.0/)
  await keepup('mcp', 'disable', 'one')
  expect(await keepup('mcp', 'call', 'one', 'echo')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('keepup mcp enable one'),
  })
  await keepup('mcp', 'enable', 'one')
  expect((await keepup('mcp', 'call', 'one', 'echo', 'text=2')).code).toBe(0)
  await keepup('mcp', 'remove', 'one')
  expect(JSON.parse(readFileSync(join(home, '.config/keepup/mcp.json'), 'utf8'))).toEqual({ servers: {} })
  expect((await keepup('mcp', 'remove', 'one')).stderr).toContain('there is no MCP server')
})

test('doctor says of each server what is wrong and what to do, and fails where one is broken', async () => {
  const { keepup, add } = homeWithProject()
  await add('good')
  await keepup('mcp', 'add', 'gone', '--', 'no-such-program-anywhere')
  await keepup(
    'mcp',
    'add',
    'silent',
    '--',
    process.execPath,
    '-e',
    'process.stderr.write("I give up\\n"); process.exit(3)',
  )
  await keepup('mcp', 'add', 'unset', 'https://localhost/mcp', '--header', 'Key: ${env:NOT_SET_HERE}')
  await keepup('mcp', 'add', 'off', '--', 'x')
  await keepup('mcp', 'disable', 'off')
  const printed = await keepup('mcp', 'doctor', '--json')
  expect(printed.code).toBe(1)
  const found = json(printed)
  expect(found).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ check: 'good', state: 'good' }),
      expect.objectContaining({
        check: 'gone',
        state: 'broken',
        fix: expect.stringContaining('no-such-program-anywhere'),
      }),
      expect.objectContaining({
        check: 'silent',
        state: 'broken',
        text: expect.stringContaining('I give up'),
      }),
      expect.objectContaining({
        check: 'unset',
        state: 'broken',
        text: expect.stringContaining('NOT_SET_HERE is not set'),
      }),
      expect.objectContaining({ check: 'off', state: 'note' }),
    ]),
  )
  expect((await keepup('mcp', 'doctor', 'good')).code).toBe(0)
})

test("a project's server is run only once it was approved as it is", async () => {
  const { project, keepup, called, add } = homeWithProject()
  expect((await add('two', '--scope', 'project')).stderr).toContain('keepup mcp approve two')
  expect(await keepup('mcp', 'call', 'two', 'echo', 'text=a')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('not approved'),
  })
  expect((await keepup('mcp', 'tools')).stdout).toBe('no tools\n')
  expect(called()).toEqual([])
  expect((await keepup('mcp', 'approve')).stdout).toContain('plain-mcp-server.ts')
  expect((await keepup('mcp', 'approve', 'two')).stderr).toContain('approved')
  expect((await keepup('mcp', 'call', 'two', 'echo', 'text=a')).code).toBe(0)
  const file = join(project, '.mcp.json')
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('"CALLS"', '"NODE_OPTIONS": "--no-warnings", "CALLS"'),
  )
  expect((await keepup('mcp', 'call', 'two', 'echo', 'text=b')).stderr).toContain('not approved')
  expect(called().at(-1)).toBe('echo a')
})

test('an agent changes, approves and calls no server by its own commands', async () => {
  const { home, project } = homeWithProject()
  for (const words of [
    ['add', 'x', '--', 'y'],
    ['approve', 'x'],
    ['call', 'x', 'y'],
    ['enable', 'x'],
    ['login', 'x'],
  ]) {
    const printed = await runInProcess(['mcp', ...words], {
      home,
      cwd: project,
      variables: { KEEPUP_CALL: 'a-call' },
    })
    expect(printed).toMatchObject({ code: 2, stderr: expect.stringContaining('by people') })
  }
  expect(existsSync(join(home, '.config'))).toBe(false)
})

test('secrets that are written plainly are told of; a wrong command line says what is right', async () => {
  const { keepup } = homeWithProject()
  expect((await keepup('mcp', 'add', 'k', '--env', 'API_KEY=abc', '--', 'x')).stderr).toContain(
    'API_KEY stand there in plain text',
  )
  expect((await keepup('mcp', 'add', 'l', '--env', 'API_KEY=${env:API_KEY}', '--', 'x')).stderr).toBe('')
  for (const words of [
    ['add', 'n'],
    ['add', 'n', 'https://x', 'more'],
    ['add', 'n', '--header', 'a: b', '--', 'x'],
    ['add', 'n', '--env', 'AB', '--', 'x'],
    ['add', '\u001Bn', '--', 'x'],
    ['call', 'k'],
    ['call', 'k', 't', '{'],
    ['login', 'k'],
  ]) {
    expect(await keepup('mcp', ...words)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/error: .*\nfix: /),
    })
  }
})

test('a run has the tools of the servers, which are started when one is called', async () => {
  const { keepup, called, add } = homeWithProject()
  await add('one')
  await keepup('mcp', 'tools')
  expect(called()).toEqual(['started'])
  const idle = await serve([{ text: 'Nothing to do.' }])
  await keepup('run', 'go', '--mode', 'yolo', '--model', idle.model)
  expect(JSON.stringify(idle.requests[0]?.body)).toContain('mcp__one__echo')
  expect(called()).toEqual(['started'])
  const server = await serve([
    { text: 'I ask.', calls: [{ name: 'mcp__one__echo', input: { text: 'hello' } }] },
    { text: 'Done.' },
  ])
  const ran = await keepup('run', 'go', '--mode', 'yolo', '--unattended', 'deny', '--model', server.model)
  expect(ran.code).toBe(0)
  expect(JSON.stringify(server.requests[1]?.body.messages.at(-1))).toContain('hello, said with nothing')
  expect(called()).toEqual(['started', 'started', 'echo hello'])
})

test('where there are many tools they are searched: nothing is started before, and rules see the tool itself', async () => {
  const { home, keepup, calls, called } = homeWithProject()
  await keepup(
    'mcp',
    'add',
    'big',
    '--env',
    `CALLS=${calls}`,
    '--env',
    'MORE=100',
    '--',
    process.execPath,
    plainServer,
  )
  const call = (name: string, input: object) => ({ text: 'On.', calls: [{ name, input: { ...input } }] })
  const server = await serve([
    call('search_tools', { query: 'say the words back' }),
    call('get_tool_details', { names: ['mcp__big__echo'] }),
    call('call_tool', { name: 'mcp__big__echo', arguments: { text: 'one' } }),
    call('call_tool', { name: 'mcp__big__echo', arguments: { wrong: 'two' } }),
    { text: 'Done.' },
  ])
  const rules = { rules: [{ tool: 'mcp__big__echo', decision: 'allow' }] }
  mkdirSync(join(home, '.config', 'keepup'), { recursive: true })
  writeFileSync(join(home, '.config', 'keepup', 'permissions.json'), JSON.stringify(rules))
  await keepup('run', 'go', '--mode', 'ask', '--model', server.model)
  const answers = server.requests.slice(1).map(({ body }) => JSON.stringify(body.messages.at(-1)))
  expect(answers[0]).toContain(
    'mcp__big__echo(text): <untrusted-4cbdf424804a>Echoes words back.</untrusted-4cbdf424804a>',
  )
  expect(answers[1]).toContain('required')
  expect(answers[2]).toContain('one, said with nothing')
  expect(answers[3]).toContain('text')
  expect(called()).toEqual(['started', 'echo one'])
  const tools = server.requests.map(({ body }) => JSON.stringify(body.tools))
  expect(new Set(tools).size).toBe(1)
  expect(tools[0]).not.toContain('other_1')
})

test('a run goes on without a server that is broken or not approved, and says so', async () => {
  const { project, keepup } = homeWithProject()
  const servers = { stranger: { command: 'touch', args: ['ran'] }, unset: { command: '${NOT_SET_HERE}' } }
  writeFileSync(join(project, '.mcp.json'), JSON.stringify({ mcpServers: servers }))
  const server = await serve([{ text: 'Done.' }])
  const { code, stderr } = await keepup('run', 'go', '--model', server.model)
  expect(code).toBe(0)
  expect(stderr).toContain('the server stranger')
  expect(stderr).toContain('NOT_SET_HERE is not set')
  expect(existsSync(join(project, 'ran'))).toBe(false)
  expect(JSON.stringify(server.requests[0]?.body.tools)).not.toContain('search_tools')
})

test("a stranger's file of very many servers neither ends a run nor floods it", async () => {
  const { project, keepup } = homeWithProject()
  const many = Array.from({ length: 500 }, (_, n) => [`s${n}\u202Ex`, { command: '${NOT_SET_HERE}' }])
  writeFileSync(join(project, '.mcp.json'), JSON.stringify({ mcpServers: Object.fromEntries(many) }))
  const server = await serve([{ text: 'Done.' }])
  const { code, stderr } = await keepup('run', 'go', '--model', server.model)
  expect(code).toBe(0)
  expect(stderr).toContain('and 490 more')
  expect(stderr).not.toContain('\u202E')
})

test('a server that is added while a run goes on is found by it, without another prompt', async () => {
  const { keepup, add } = homeWithProject()
  await add('first', '--env', 'MORE=100')
  let added: Promise<Printed> | undefined
  const server = await startFakeServer(async ({ body }, index) => {
    added ??= add('late')
    await added
    if (JSON.stringify(body.messages.at(-1)).includes('mcp__late__echo')) return { text: 'Found.' }
    await systemClock.sleep(150)
    return {
      text: 'I look.',
      calls: [{ name: 'search_tools', input: { query: `echo words ${index}`, limit: 25 } }],
    }
  })
  onTestFinished(() => server[Symbol.asyncDispose]())
  const ran = await keepup('run', 'go', '--mode', 'yolo', '--max-turns', '100', '--model', server.model)
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('Found.') })
  expect(new Set(server.requests.map(({ body }) => JSON.stringify(body.tools))).size).toBe(1)
})

test('the program as it is published changes files of servers, and starts them', async () => {
  const { home, project, add } = homeWithProject()
  await add('one')
  const main = await buildProgram()
  const published = promisify(execFile)
  const options = { cwd: project, env: { HOME: home, PATH: process.env['PATH'] } }
  await published(process.execPath, [main, 'mcp', 'disable', 'one'], options)
  await published(process.execPath, [main, 'mcp', 'enable', 'one'], options)
  const { stdout } = await published(
    process.execPath,
    [main, 'mcp', 'call', 'one', 'echo', 'text=built'],
    options,
  )
  expect(stdout).toBe('built, said with nothing\n')
})
