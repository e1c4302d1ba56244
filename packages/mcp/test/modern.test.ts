import { fileURLToPath } from 'node:url'

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect, onTestFinished, test, vi } from 'vitest'

import {
  callTool,
  eventually,
  linesOf,
  memoryStore,
  scripted,
  server,
  startHub,
  temporaryFolder,
  textOf,
} from './hub.ts'
import { startModernServer } from './servers/modern-server.ts'

// Real servers start in seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 })

async function modernByHttp(): Promise<Awaited<ReturnType<typeof startModernServer>>> {
  const modern = await startModernServer()
  onTestFinished(() => modern.close())
  return modern
}

const modernOverStdio = {
  type: 'stdio',
  command: process.execPath,
  args: [fileURLToPath(new URL('servers/modern-server.ts', import.meta.url)), 'stdio'],
  env: {},
} as const

test('a server of 2026-07-28 by HTTP: data, progress, a question in place of a result', async () => {
  const modern = await modernByHttp()
  const progress: string[] = []
  const hub = startHub([server('modern', { type: 'http', url: modern.url, headers: {} })], {
    elicit: async () => ({ action: 'accept', content: { name: 'Ada' } }),
  })
  await hub.ready()
  expect(hub.describe('modern')).toMatchObject({ protocol: '2026-07-28', instructions: 'Be modern.' })
  expect(await callTool(hub, 'add', { a: 1, b: 2 })).toMatchObject({ output: { structured: { sum: 3 } } })
  await callTool(hub, 'slow', {}, { progress: (text) => progress.push(text) })
  expect(progress).toContain('2 of 3')
  expect(textOf(await callTool(hub, 'ask', {}))).toBe('Hello, Ada')
})

test('over stdio too, with no more than one process', async () => {
  const store = memoryStore()
  const hub = startHub([server('modern', modernOverStdio)], { store })
  await hub.ready()
  expect(hub.servers()).toMatchObject([{ state: 'connected', protocol: '2026-07-28' }])
  expect(await callTool(hub, 'add', { a: 2, b: 2 })).toMatchObject({ output: { structured: { sum: 4 } } })
})

test('a list that changes is read anew, on a subscription that is opened again when it breaks', async () => {
  const modern = await modernByHttp()
  const hub = startHub([server('modern', { type: 'http', url: modern.url, headers: {} })])
  await hub.ready()
  await eventually('it is listened to', () => modern.requests.includes('subscriptions/listen'))
  await callTool(hub, 'grow', { name: 'first' })
  await eventually('the new tool is offered', () => hub.tools().some(({ name }) => name.endsWith('first')))
  const listens = modern.requests.filter((name) => name === 'subscriptions/listen').length
  modern.server.closeAllConnections()
  await eventually(
    'it is listened to again',
    () => modern.requests.filter((name) => name === 'subscriptions/listen').length > listens,
  )
  await callTool(hub, 'grow', { name: 'second' })
  await eventually('the next one too', () => hub.tools().some(({ name }) => name.endsWith('second')))
  expect(hub.tools().map(({ name }) => name)).toContain('mcp__modern__first')
})

test('G12: what is remembered of a server saves the probe, by HTTP and over stdio', async () => {
  const modern = await modernByHttp()
  const store = memoryStore()
  const definition = server('modern', { type: 'http', url: modern.url, headers: {} })
  const first = startHub([definition], { store })
  await first.ready()
  const probes = modern.requests.filter((name) => name === 'server/discover').length
  const second = startHub([definition], { store })
  // What it offers is remembered too: nothing is sent at all.
  const before = modern.requests.length
  await second.ready()
  expect(second.tools()).toHaveLength(first.tools().length)
  expect(modern.requests).toHaveLength(before)
  expect(second.servers()).toMatchObject([{ state: 'idle' }])
  await callTool(second, 'add', { a: 1, b: 1 })
  expect(modern.requests.filter((name) => name === 'server/discover')).toHaveLength(probes)

  const file = `${temporaryFolder()}/log`
  const older = server('older', scripted('plain', file))
  await startHub([older], { store }).ready()
  const third = startHub([older], { store })
  await third.ready()
  await callTool(third, 'echo')
  expect(linesOf(file).filter((line) => line === 'server/discover')).toHaveLength(1)
  expect(linesOf(file).filter((line) => line.startsWith('started'))).toHaveLength(2)
})

test('G12, the control: the bare SDK starts the server twice, each time', async () => {
  const file = `${temporaryFolder()}/log`
  const transport = scripted('plain', file)
  if (transport.type !== 'stdio') throw new Error('unreachable')
  const client = new Client({ name: 'control', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(
    new StdioClientTransport({ command: transport.command, args: [...transport.args], stderr: 'ignore' }),
  )
  await client.close()
  expect(linesOf(file).filter((line) => line.startsWith('started'))).toHaveLength(2)
})

test('what is remembered and wrong by now is forgotten, and the call is made', async () => {
  const modern = await modernByHttp()
  const store = memoryStore()
  const definition = server('modern', { type: 'http', url: modern.url, headers: {} })
  await startHub([definition], { store }).ready()
  const [key] = [...store.values.keys()].filter((name) => name.startsWith('era:'))
  await store.set(key ?? '', { era: 'legacy', type: 'sse', at: Date.now() })
  const hub = startHub([definition], { store })
  await hub.ready()
  expect(textOf(await callTool(hub, 'add', { a: 5, b: 5 }))).toBe('10')
})

test('G9: health can be asked in both eras; the bare SDK throws in one', async () => {
  const modern = await modernByHttp()
  const hub = startHub([
    server('modern', { type: 'http', url: modern.url, headers: {} }),
    server('older', scripted('plain')),
  ])
  for (const name of ['modern', 'older']) {
    await expect((await hub.connection(name)).check()).resolves.toBeUndefined()
  }
  const client = new Client({ name: 'control', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL(modern.url)))
  onTestFinished(() => client.close())
  await expect(async () => client.ping()).rejects.toThrow('not supported')
})

test('G11: a server that asks without end is heard three times, and the same question once', async () => {
  const modern = await modernByHttp()
  let asked = 0
  const hub = startHub([server('modern', { type: 'http', url: modern.url, headers: {} })], {
    elicit: async () => {
      asked++
      return { action: 'accept', content: { name: 'Ada' } }
    },
  })
  await hub.ready()
  const outcome = await callTool(hub, 'ask', { again: true })
  expect(outcome.type).toBe('failed')
  expect(asked).toBe(1)
  expect(modern.counts.asked).toBeLessThanOrEqual(4)

  let bare = 0
  const client = new Client(
    { name: 'control', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: 'auto' } },
  )
  client.setRequestHandler('elicitation/create', async () => {
    bare++
    return { action: 'accept', content: { name: 'Ada' } }
  })
  await client.connect(new StreamableHTTPClientTransport(new URL(modern.url)))
  onTestFinished(() => client.close())
  await expect(client.callTool({ name: 'ask', arguments: { again: true } })).rejects.toThrow(
    'still required input',
  )
  expect(bare).toBeGreaterThan(3)
})

test('G11: an answer that does not fit the form is asked for again, and never sent', async () => {
  const modern = await modernByHttp()
  const problems: (string | undefined)[] = []
  const hub = startHub([server('modern', { type: 'http', url: modern.url, headers: {} })], {
    elicit: async (asked) => {
      problems.push(asked.type === 'form' ? asked.problem : undefined)
      const name = problems.length === 1 ? 'A' : 'Grace'
      return { action: 'accept', content: { name, more: 'than was asked for' } }
    },
  })
  await hub.ready()
  expect(textOf(await callTool(hub, 'ask', {}))).toBe('Hello, Grace')
  expect(problems).toEqual([undefined, expect.stringContaining('name')])
})
