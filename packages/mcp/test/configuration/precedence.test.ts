import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { serverApprovals } from '../../src/configuration/index.ts'
import { makeHome } from './home.ts'

const own = '.config/keepup/mcp.json'

test("a person's own server beats the one of a project, and of several programs the first counts; the others are told", async () => {
  const { put, load } = makeHome()
  put(own, { include: ['cursor', 'gemini'], servers: { a: { command: 'own' } } })
  put('.cursor/mcp.json', {
    mcpServers: { a: { command: 'cursor' }, b: { command: 'cursor' }, c: { command: 'same' } },
  })
  put('.gemini/settings.json', { mcpServers: { b: { command: 'gemini' }, c: { command: 'same' } } })
  put('project/.mcp.json', { mcpServers: { a: { command: 'project' }, d: { command: 'project' } } })
  const { servers, problems } = await load()
  const commands = servers.map(({ definition }) => [
    definition?.name,
    definition?.transport.type === 'stdio' ? definition.transport.command : undefined,
  ])
  expect(commands).toEqual([
    ['a', 'own'],
    ['b', 'cursor'],
    ['c', 'same'],
    ['d', 'project'],
  ])
  expect(problems.map(({ severity, server }) => [severity, server])).toEqual([
    ['warning', 'a'],
    ['warning', 'b'],
    ['warning', 'a'],
  ])
})

test('a server is switched off wherever it is configured', async () => {
  const { put, load } = makeHome()
  put(own, { disabled: ['a'] })
  put('project/.mcp.json', { mcpServers: { a: { command: 'x' } } })
  expect((await load()).servers[0]?.definition?.enabled).toBe(false)
})

async function digestOf(server: object, change: (project: string) => void = () => {}, variables = {}) {
  const { put, load, project } = makeHome({ TOKEN: 'one', ...variables })
  put('project/server.js', 'first')
  change(project)
  put('project/.mcp.json', { mcpServers: { a: server } })
  const { servers } = await load()
  return servers[0]?.digest
}

const server = { command: 'node', args: ['server.js'], env: { A: '1', T: '${TOKEN}' } }

test('what came with a project has a digest of exactly what would run; one of a person has none', async () => {
  const { put, load, project } = makeHome({ TOKEN: 'one' })
  put(own, { servers: { mine: { command: 'x' } } })
  const file = put('project/.mcp.json', { mcpServers: { a: server } })
  put('project/server.js', 'first')
  const digest = async (name = 'a') =>
    (await load()).servers.find(({ written }) => written.name === name)?.digest
  const first = await digest()
  expect(first).toMatch(/^[0-9a-f]{64}$/)
  expect(await digest()).toBe(first)
  expect(await digest('mine')).toBeUndefined()
  const changes: readonly object[] = [
    { ...server, command: 'nodejs' },
    { ...server, args: ['server.js', '-x'] },
    { ...server, env: { ...server.env, A: '2' } },
    { ...server, env: { ...server.env, NODE_OPTIONS: '-r evil' } },
    { ...server, cwd: 'sub' },
    { url: 'https://x.com' },
  ]
  const digests = new Set([first])
  for (const changed of changes) {
    put('project/.mcp.json', { mcpServers: { a: changed } })
    digests.add(await digest())
  }
  put('project/.mcp.json', { mcpServers: { a: server } })
  appendFileSync(join(project, 'server.js'), 'more')
  digests.add(await digest())
  expect(digests.size).toBe(changes.length + 2)
  writeFileSync(join(project, 'server.js'), 'first')
  appendFileSync(file, '\n\n')
  expect(await digest()).toBe(first)
})

test('a secret that changes elsewhere asks nobody anew, and is in no digest', async () => {
  const { put, load, options } = makeHome({ TOKEN: 'one' })
  put('project/.mcp.json', { mcpServers: { a: server } })
  const before = (await load()).servers[0]?.digest
  const environment = { ...options.environment, TOKEN: 'two' }
  expect((await load({ environment })).servers[0]?.digest).toBe(before)
})

test('the same server in another project is another question', async () => {
  expect(await digestOf(server)).not.toBe(await digestOf(server))
})

test('approvals are kept one by one, and survive beside each other', () => {
  const { home } = makeHome()
  const folder = join(home, 'approved')
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)]
  const approvals = serverApprovals(folder)
  expect(approvals.has(a)).toBe(false)
  expect(approvals.forget(a)).toBe(false)
  const about = { server: 's', file: '/f', time: '2026-01-01T00:00:00Z' }
  approvals.add(a, about)
  serverApprovals(folder).add(b, about)
  expect([approvals.has(a), approvals.has(b), approvals.has('c'.repeat(64))]).toEqual([true, true, false])
  expect(JSON.parse(readFileSync(join(folder, `${a}.json`), 'utf8'))).toEqual(about)
  expect(approvals.forget(a)).toBe(true)
  expect(approvals.has(a)).toBe(false)
  expect(() => approvals.add('../../x', about)).toThrow('no digest')
})

test('what others could write allows nothing', async () => {
  const { home } = makeHome()
  const folder = join(home, 'approved')
  const approvals = serverApprovals(folder)
  approvals.add('a'.repeat(64), { server: 's', file: '/f', time: '' })
  const { chmodSync } = await import('node:fs')
  chmodSync(folder, 0o777)
  expect(approvals.has('a'.repeat(64))).toBe(false)
  chmodSync(folder, 0o700)
  expect(approvals.has('a'.repeat(64))).toBe(true)
  rmSync(folder, { recursive: true })
  expect(approvals.has('a'.repeat(64))).toBe(false)
})

test('nothing of the login of a project’s server changes unseen', async () => {
  const { put, load } = makeHome()
  const digests: unknown[] = []
  const logins = [undefined, { clientId: 'x' }, { clientId: 'x', issuer: 'https://evil.example' }]
  for (const oauth of [...logins, { clientId: 'x', clientSecret: '${env:HOME}' }]) {
    put('project/.keepup/mcp.json', { servers: { a: { url: 'https://a.example/mcp', oauth } } })
    digests.push((await load()).servers[0]?.digest)
  }
  expect(new Set(digests).size).toBe(4)
})
