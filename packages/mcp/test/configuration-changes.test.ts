import { join } from 'node:path'

import { approvalDigest, createMcpHub, type HubEvent } from '@keepup/mcp'
import { expect, test, vi } from 'vitest'

import {
  callTool,
  eventually,
  isRunning,
  linesOf,
  memoryStore,
  scripted,
  server,
  startHub,
  temporaryFolder,
  textOf,
} from './hub.ts'
import { older, startScripted } from './scripted-http.ts'

// Real servers start in seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 })

function starts(file: string): number {
  return linesOf(file).filter((line) => line.startsWith('started')).length
}

test('a change of anything but the way to a server restarts nothing', async () => {
  const file = `${temporaryFolder()}/log`
  const transport = scripted('plain', file)
  const hub = startHub([server('plain', transport)])
  await hub.ready()
  const before = hub.tools().length
  await hub.update([server('plain', transport, { timeouts: { call: 150 }, tools: { deny: ['bad'] } })])
  expect(hub.tools()).toHaveLength(before - 1)
  expect(await callTool(hub, 'silent')).toMatchObject({
    type: 'unknown',
    reason: expect.stringContaining('150 ms'),
  })
  await hub.update([
    server('plain', transport, { tools: { allow: ['echo'] }, trust: { confidential: true } }),
  ])
  expect(hub.tools().map(({ name }) => name)).toEqual(['mcp__plain__echo'])
  expect(textOf(await callTool(hub, 'echo'))).toBe('echo')
  expect(starts(file)).toBe(1)
})

test('a change of one server ends no running call, its own included, and touches no other', async () => {
  const folder = temporaryFolder()
  let release: (() => void) | undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  const http = await startScripted((exchange) => {
    if (!older(exchange)) void held.then(() => exchange.answer({ content: [{ type: 'text', text: 'late' }] }))
  })
  const other = server('other', scripted('plain', join(folder, 'other')))
  const web = (header: string): ReturnType<typeof server> =>
    server('web', { type: 'http', url: http.url, headers: { 'x-version': header } })
  const hub = startHub([web('1'), other])
  await hub.ready()
  const running = callTool(hub, 'once')
  await eventually('the call has come', () => http.count('tools/call') === 1)
  await hub.update([web('2'), other])
  await hub.ready()
  expect(http.count('initialize')).toBe(2)
  release?.()
  expect(textOf(await running)).toBe('late')
  expect(starts(join(folder, 'other'))).toBe(1)
})

test('a server that is removed, or disabled, is gone from the tools and ends', async () => {
  const file = `${temporaryFolder()}/log`
  const plain = server('plain', scripted('plain', file))
  const hub = startHub([plain])
  await hub.ready()
  const tool = hub.tools().find(({ name }) => name.endsWith('echo'))
  await hub.update([{ ...plain, enabled: false }])
  expect(hub.tools()).toEqual([])
  expect(hub.servers()).toMatchObject([{ state: 'disabled' }])
  await expect(hub.connection('plain')).rejects.toMatchObject({ code: 'not-supported' })
  await hub.update([plain])
  await hub.ready()
  expect(hub.tools()).toContainEqual(expect.objectContaining({ name: tool?.name }))
  await hub.update([])
  expect(hub.tools()).toEqual([])
  expect(hub.servers()).toEqual([])
  await expect(hub.connection('plain')).rejects.toMatchObject({ code: 'input-invalid' })
})

test('the list of tools is the same array until something changes', async () => {
  const hub = startHub([server('plain', scripted('plain'))])
  await hub.ready()
  const tools = hub.tools()
  await callTool(hub, 'echo')
  expect(hub.tools()).toBe(tools)
  await hub.update([server('plain', scripted('plain'), { tools: { deny: ['echo'] } })])
  expect(hub.tools()).not.toBe(tools)
})

test('nothing starts before it is asked for, and what was offered before is known without a start', async () => {
  const file = `${temporaryFolder()}/log`
  const store = memoryStore()
  const plain = server('plain', scripted('plain', file))
  const first = startHub([plain], { store })
  expect(first.servers()).toMatchObject([{ state: 'idle' }])
  expect(starts(file)).toBe(0)
  await first.ready()
  const second = startHub([plain], { store })
  await second.ready()
  expect(second.tools().map(({ name }) => name)).toEqual(first.tools().map(({ name }) => name))
  expect(second.describe('plain')?.cached).toBe(true)
  expect(starts(file)).toBe(1)
  await callTool(second, 'echo')
  expect(starts(file)).toBe(2)
  await eventually('the offer was read anew', () => second.describe('plain')?.cached === false)
})

test('many calls at once start a server once', async () => {
  const file = `${temporaryFolder()}/log`
  const store = memoryStore()
  const plain = server('plain', scripted('plain', file))
  await startHub([plain], { store }).ready()
  const hub = startHub([plain], { store })
  await hub.ready()
  const outcomes = await Promise.all(Array.from({ length: 30 }, () => callTool(hub, 'echo')))
  expect(new Set(outcomes.map(textOf))).toEqual(new Set(['echo']))
  expect(starts(file)).toBe(2)
})

test('a server of the project runs only when exactly it was approved', async () => {
  const file = `${temporaryFolder()}/log`
  const project = { source: { scope: 'project', file: '/project/.mcp.json' } } as const
  const plain = server('plain', scripted('plain', file), project)
  const approvals = new Set<string>()
  const events: HubEvent[] = []
  const hub = startHub([plain], { approved: (digest) => approvals.has(digest) })
  hub.on((event) => events.push(event))
  await hub.ready()
  expect(hub.tools()).toEqual([])
  expect(hub.servers()).toMatchObject([{ state: 'needs-approval', digest: approvalDigest(plain) }])
  await expect(hub.connection('plain')).rejects.toMatchObject({ code: 'tool-denied' })
  expect(starts(file)).toBe(0)
  approvals.add(approvalDigest(plain))
  await hub.ready()
  expect(textOf(await callTool(hub, 'echo'))).toBe('echo')
  // Another argument is another program.
  await hub.update([server('plain', scripted('plain', file, 'more'), project)])
  await hub.ready()
  expect(hub.servers()).toMatchObject([{ state: 'needs-approval' }])
  expect(starts(file)).toBe(1)
  expect(events.filter(({ type }) => type === 'server-changed').length).toBeGreaterThan(2)
})

test('without anybody to ask, a server of the project does not run, whatever is remembered of it', async () => {
  const file = `${temporaryFolder()}/log`
  const store = memoryStore()
  await startHub([server('plain', scripted('plain', file))], { store }).ready()
  const hub = startHub([server('plain', scripted('plain', file), { source: { scope: 'project' } })], {
    store,
  })
  await hub.ready()
  expect(hub.tools()).toEqual([])
  expect(starts(file)).toBe(1)
})

test('the digest of an approval is of the file, the command, its arguments, names of variables and folder', () => {
  const base = {
    type: 'stdio',
    command: 'npx',
    args: ['-y', 'server'],
    env: { TOKEN: 'a' },
    cwd: '/p',
  } as const
  const source = { scope: 'project', file: '/p/.mcp.json' } as const
  const digest = approvalDigest({ transport: base, source })
  expect(approvalDigest({ transport: { ...base, env: { TOKEN: 'b' } }, source })).toBe(digest)
  expect(approvalDigest({ transport: base, source: { ...source, file: '/q/.mcp.json' } })).not.toBe(digest)
  for (const change of [
    { command: 'npm' },
    { args: ['-y', 'server', '--all'] },
    { args: ['-y server'] },
    { env: { TOKEN: 'a', NODE_OPTIONS: '--require x' } },
    { cwd: '/q' },
  ]) {
    expect(approvalDigest({ transport: { ...base, ...change }, source })).not.toBe(digest)
  }
})

test('a faulty definition is told at its server alone; two of one name at once', async () => {
  const stdio = { type: 'stdio', command: 'x', args: [], env: {} } as const
  const faulty = [
    server('no command', { ...stdio, command: ' ' }),
    server('relative', { ...stdio, cwd: 'somewhere' }),
    server('nul', { ...stdio, args: ['a\0b'] }),
    server('no url', { type: 'http', url: 'file:///etc/passwd', headers: {} }),
    server('password', { type: 'http', url: 'https://me:secret@example.com', headers: {} }),
    server('header', { type: 'http', url: 'https://example.com', headers: { a: 'b\r\nc: d' } }),
  ]
  const hub = startHub([...faulty, server('works', scripted('plain'))])
  await hub.ready()
  expect(hub.servers().map(({ state }) => state)).toEqual([...faulty.map(() => 'failed'), 'connected'])
  await expect(hub.connection('nul')).rejects.toMatchObject({ code: 'configuration-invalid' })
  expect(
    JSON.stringify(hub.servers().map((status) => ('reason' in status ? status.reason : ''))),
  ).not.toContain('secret')
  expect(() => createMcpHub({ definitions: [server('a', stdio), server('a', stdio)] })).toThrow(
    'two MCP servers',
  )
})

test('a hub that is closed ends what is starting, and what was given up but is still used', async () => {
  const file = `${temporaryFolder()}/log`
  const http = await startScripted((exchange) => void older(exchange))
  const web = (header: string): ReturnType<typeof server> =>
    server('web', { type: 'http', url: http.url, headers: { 'x-version': header } })
  const hub = createMcpHub({ definitions: [web('1'), server('plain', scripted('plain', file))] })
  await hub.connection('web')
  await hub.ready()
  const held = callTool(hub, 'once')
  await eventually('the call has come', () => http.count('tools/call') === 1)
  await hub.update([web('2'), server('plain', scripted('stubborn', file))])
  const starting = hub.connection('plain')
  await eventually('it starts', () => starts(file) === 2)
  const pid = Number(/\d+$/.exec(linesOf(file).findLast((line) => line.startsWith('started')) ?? '')?.[0])
  await Promise.all([hub[Symbol.asyncDispose](), starting.catch(() => {})])
  expect(await held).toMatchObject({ type: 'unknown' })
  await eventually('no process is left', () => !isRunning(pid))
  await expect(hub.connection('web')).rejects.toMatchObject({ code: 'not-supported' })
})
