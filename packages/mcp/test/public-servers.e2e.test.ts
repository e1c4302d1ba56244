import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test, vi } from 'vitest'

import {
  callTool,
  eventually,
  installed,
  memoryStore,
  server,
  startHub,
  temporaryFolder,
  textOf,
} from './hub.ts'

// Real servers start in seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 })

const everything = {
  type: 'stdio',
  command: installed('mcp-server-everything'),
  args: ['stdio'],
  env: {},
} as const

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function startEverything(kind: 'streamableHttp' | 'sse'): Promise<string> {
  const port = await freePort()
  const child: ChildProcess = spawn(installed('mcp-server-everything'), [kind], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr?.on('data', (part: Buffer) => (said += part.toString()))
  await eventually('the server listens', () => /(listening|running) on port/i.test(said))
  return `http://127.0.0.1:${port}`
}

describe('server-everything', () => {
  test('over stdio: tools, progress, resources, prompts, completion, questions, roots, logs', async () => {
    const questions: string[] = []
    const store = memoryStore()
    const hub = startHub([server('everything', everything)], {
      store,
      roots: () => [{ uri: 'file:///home/ada/project' }],
      elicit: async ({ type, message }) => {
        questions.push(`${type}: ${message}`)
        return { action: 'accept', content: { name: 'Ada' } }
      },
    })
    expect(hub.tools()).toEqual([])
    await hub.ready()
    expect(hub.tools().length).toBeGreaterThan(12)
    expect(textOf(await callTool(hub, 'get-sum', { a: 20, b: 22 }))).toContain('42')
    const progress: string[] = []
    const slow = await callTool(
      hub,
      'trigger-long-running-operation',
      { duration: 0.2, steps: 2 },
      { progress: (text) => progress.push(text) },
    )
    expect(textOf(slow)).toContain('completed')
    expect(progress.length).toBeGreaterThan(0)
    const image = await callTool(hub, 'get-tiny-image')
    expect(textOf(image)).toContain('[image/png]')
    expect(await callTool(hub, 'get-structured-content', { location: 'New York' })).toMatchObject({
      type: 'completed',
      output: { structured: { conditions: expect.any(String) } },
    })
    await eventually('the tools that need capabilities are offered', () =>
      hub.tools().some(({ name }) => name.endsWith('trigger-elicitation-request')),
    )
    expect(textOf(await callTool(hub, 'trigger-elicitation-request'))).toContain('Ada')
    expect(questions[0]).toContain('form: ')
    expect(textOf(await callTool(hub, 'get-roots-list'))).toContain('file:///home/ada/project')
    const connection = await hub.connection('everything')
    const [first] = await connection.listResources()
    expect(await connection.readResource(first?.uri ?? '')).toHaveLength(1)
    expect((await connection.listResourceTemplates()).map(({ uriTemplate }) => uriTemplate)).toHaveLength(2)
    expect((await connection.listPrompts()).map(({ name }) => name)).toContain('args-prompt')
    expect((await connection.getPrompt('args-prompt', { city: 'Paris' })).messages[0]?.content).toMatchObject(
      {
        text: expect.stringContaining('Paris'),
      },
    )
    const values = await connection.complete({
      of: { prompt: 'completable-prompt' },
      argument: 'department',
      value: 'E',
    })
    expect(values).toEqual(['Engineering'])
    await connection.setLogLevel('debug')
    await connection.check()
    expect(hub.log('everything').join('\n')).toContain('Starting default (STDIO) server')
  })

  test('a tool that runs as a task alone is followed to its end', async () => {
    const hub = startHub([server('everything', everything)], {
      elicit: async () => ({ action: 'accept', content: {} }),
    })
    await hub.ready()
    await eventually('the task tool is offered', () =>
      hub.tools().some(({ name }) => name.endsWith('simulate-research-query')),
    )
    const outcome = await callTool(hub, 'simulate-research-query', { topic: 'rust', ambiguous: false })
    expect(outcome.type).toBe('completed')
    expect(textOf(outcome)).toContain('rust')
  })

  test.each([
    ['streamable HTTP', 'streamableHttp', 'http', '/mcp'],
    ['SSE', 'sse', 'sse', '/sse'],
    ['SSE, although streamable HTTP was said', 'sse', 'http', '/sse'],
  ] as const)('over %s: a call, a list, a question', async (_name, kind, type, path) => {
    const url = `${await startEverything(kind)}${path}`
    const store = memoryStore()
    const hub = startHub([server('everything', { type, url, headers: { 'x-test': 'a' } })], {
      store,
      elicit: async () => ({ action: 'accept', content: { name: 'Grace' } }),
    })
    await hub.ready()
    expect(hub.servers()).toMatchObject([{ state: 'connected', protocol: '2025-11-25' }])
    expect(textOf(await callTool(hub, 'get-sum', { a: 1, b: 2 }))).toContain('3')
    await eventually('the question tool is offered', () =>
      hub.tools().some(({ name }) => name.endsWith('trigger-elicitation-request')),
    )
    expect(textOf(await callTool(hub, 'trigger-elicitation-request'))).toContain('Grace')
    const connection = await hub.connection('everything')
    expect((await connection.listResources()).length).toBeGreaterThan(5)
    expect([...store.values.keys()].map((key) => key.split(':')[0])).toEqual(['era', 'offer'])
  })
})

test('server-filesystem reads and writes in its folder and nowhere else', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'a.txt'), 'inside')
  const transport = {
    type: 'stdio',
    command: installed('mcp-server-filesystem'),
    args: [folder],
    env: {},
  } as const
  const hub = startHub([server('files', transport)])
  await hub.ready()
  expect(hub.tools().length).toBeGreaterThan(10)
  expect(textOf(await callTool(hub, 'read_text_file', { path: join(folder, 'a.txt') }))).toContain('inside')
  const refused = await callTool(hub, 'read_text_file', { path: '/etc/passwd' })
  expect(refused).toMatchObject({ type: 'failed', code: 'mcp-tool-error' })
})

test('server-memory keeps what it is told over a restart', async () => {
  const env = { MEMORY_FILE_PATH: join(temporaryFolder(), 'memory.json') }
  const transport = { type: 'stdio', command: installed('mcp-server-memory'), args: [], env } as const
  const hub = startHub([server('memory', transport)])
  await hub.ready()
  const entities = [{ name: 'keepup', entityType: 'program', observations: ['It keeps going.'] }]
  expect(await callTool(hub, 'create_entities', { entities })).toMatchObject({ type: 'completed' })
  await hub.restart('memory')
  await hub.ready()
  expect(textOf(await callTool(hub, 'read_graph'))).toContain('It keeps going.')
})

test('the server of Playwright tells its tools', async () => {
  const transport = {
    type: 'stdio',
    command: installed('playwright-mcp'),
    args: ['--headless'],
    env: {},
  } as const
  const hub = startHub([server('playwright', transport)])
  await hub.ready()
  expect(hub.tools().map(({ name }) => name)).toContain('mcp__playwright__browser_navigate')
  expect(hub.tools().length).toBeGreaterThan(15)
})
