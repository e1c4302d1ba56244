import { expect, test, vi } from 'vitest'

import { makeHome } from './home.ts'

// Thousands of servers take seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 })

const own = '.config/keepup/mcp.json'

const wrong: readonly (readonly [field: string, server: object])[] = [
  ['/servers/one/command', { command: 7 }],
  ['/servers/one/args', { command: 'x', args: 'y' }],
  ['/servers/one/args', { command: 'x', args: ['a\0b'] }],
  ['/servers/one/env', { command: 'x', env: { A: { b: 1 } } }],
  ['/servers/one/url', { url: 'ftp://x' }],
  ['/servers/one/url', { url: 'https://user:pass@x' }],
  ['/servers/one/type', { type: 'websocket', url: 'https://x' }],
  ['/servers/one/enabled', { command: 'x', enabled: 'yes' }],
  ['/servers/one/timeouts', { command: 'x', timeouts: { call: -1 } }],
  ['/servers/one/tools', { command: 'x', tools: { allow: 'all' } }],
  ['/servers/one/trust', { command: 'x', trust: { integrity: 'best' } }],
  ['/servers/one/oauth', { url: 'https://x', oauth: 'yes' }],
  ['/servers/one', { command: 'x', url: 'https://x' }],
  ['/servers/one', { args: ['x'] }],
  ['/servers/one', { type: 'http', command: 'x' }],
]

test.each(wrong)('at %s, %j is told, and leaves out that server alone', async (pointer, server) => {
  const { put, load } = makeHome()
  put(own, { servers: { one: server, other: { command: 'x' } } })
  const { servers, problems } = await load()
  expect(problems).toMatchObject([
    { severity: 'error', server: 'one', pointer, fix: expect.stringMatching(/\w/) },
  ])
  expect(
    servers.filter(({ definition }) => definition !== undefined).map(({ written }) => written.name),
  ).toEqual(['other'])
})

test('an unknown field is told, and the server runs without it', async () => {
  const { put, load } = makeHome()
  put(own, { servers: { one: { command: 'x', comand: 'y' } }, more: 1 })
  const { servers, problems } = await load()
  expect(servers).toHaveLength(1)
  expect(problems.map(({ severity, pointer }) => [severity, pointer])).toEqual([
    ['warning', '/more'],
    ['warning', '/servers/one/comand'],
  ])
})

test('calls that Cline allows are not taken over, and that is told', async () => {
  const { put, load } = makeHome()
  put(own, { include: ['cline'] })
  put('.cline/data/settings/cline_mcp_settings.json', {
    mcpServers: { one: { command: 'x', autoApprove: ['a'] } },
  })
  expect((await load()).problems).toMatchObject([
    { severity: 'warning', pointer: '/mcpServers/one/autoApprove' },
  ])
})

test('a file that is no JSON is told with its place, and others are read', async () => {
  const { put, load } = makeHome()
  put(own, '{\n  "servers": {,\n}')
  put('project/.mcp.json', { mcpServers: { one: { command: 'x' } } })
  const { servers, problems } = await load()
  expect(servers).toHaveLength(1)
  expect(problems).toMatchObject([{ severity: 'error', message: expect.stringContaining('line 2') }])
})

test('comments and trailing commas are fine', async () => {
  const { put, load } = makeHome()
  put(own, '\uFEFF// mine\n{ "servers": { /* one */ "one": { "command": "x", }, }, }')
  expect(await load()).toMatchObject({ servers: [{ written: { name: 'one' } }], problems: [] })
})

test('names that mean something to JavaScript are names', async () => {
  const { put, load } = makeHome()
  put(own, '{"servers": {"__proto__": {"command": "x"}, "constructor": {"command": "y", "__proto__": 1}}}')
  const { servers, problems } = await load()
  expect(servers.map(({ written }) => written.name)).toEqual(['__proto__', 'constructor'])
  expect(problems).toMatchObject([{ severity: 'warning', pointer: '/servers/constructor/__proto__' }])
})

test('an argument that is no name of a file ends nothing', async () => {
  const { put, load } = makeHome()
  put('project/.mcp.json', {
    mcpServers: {
      long: { command: 'node', args: ['-e', 'x'.repeat(5_000)] },
      in: { command: 'a/'.repeat(5_000) },
    },
  })
  const { servers, problems } = await load()
  expect(servers.map(({ digest }) => typeof digest)).toEqual(['string', 'string'])
  expect(problems).toEqual([])
})

test('a name that cannot be shown is refused', async () => {
  const { put, load } = makeHome()
  put(own, { servers: { 'a\u001B[2Jb': { command: 'x' }, ' ': { command: 'x' } } })
  expect(await load()).toMatchObject({
    servers: [],
    problems: [{ severity: 'error' }, { severity: 'error' }],
  })
})

test('files of any depth and size are read, or told of', async () => {
  const { put, load } = makeHome()
  const deep = 200_000
  put(own, `// deep\n{"servers": ${'['.repeat(deep)}${']'.repeat(deep)}}`)
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`s${n}`, { command: 'x' }]))
  put('project/.mcp.json', { mcpServers: many })
  const { servers, problems } = await load()
  expect(servers).toHaveLength(5_000)
  expect(problems).toMatchObject([{ severity: 'error' }])
  put(own, `{"servers": ${'['.repeat(deep)}${']'.repeat(deep)}}`)
  expect((await load()).problems).toMatchObject([{ severity: 'error' }])
})
