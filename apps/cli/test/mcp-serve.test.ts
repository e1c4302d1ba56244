import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import type { JsonObject } from '@keepup/core'
import { createMcpHub, type McpHub } from '@keepup/mcp'
import { expect, onTestFinished, test, vi } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { program } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 90_000 })

const source = { scope: 'user' } as const

function project(): { readonly home: string; readonly folder: string } {
  const home = temporaryFolder()
  const folder = join(home, 'project')
  mkdirSync(folder)
  writeFileSync(join(folder, 'note.txt'), 'a note\n')
  return { home, folder }
}

/** Our own hub, as the client of `keepup mcp serve`. */
async function hubOver(home: string, folder: string, ...flags: readonly string[]): Promise<McpHub> {
  const hub = createMcpHub({
    definitions: [
      {
        name: 'keepup',
        transport: {
          type: 'stdio',
          command: process.execPath,
          args: [...program, 'mcp', 'serve', '--cwd', folder, ...flags],
          env: { HOME: home },
        },
        enabled: true,
        source,
      },
    ],
  })
  onTestFinished(() => hub[Symbol.asyncDispose]())
  await hub.ready()
  return hub
}

async function call(hub: McpHub, tool: string, input: JsonObject) {
  const connection = await hub.connection('keepup')
  return connection.callTool(tool, input)
}

test('keepup serves its tools to its own hub over stdio; each call is decided, and recorded', async () => {
  const { home, folder } = project()
  const hub = await hubOver(home, folder)
  const names = hub.describe('keepup')?.tools.map(({ serverName }) => serverName)
  expect(names).toEqual(['edit', 'glob', 'grep', 'read', 'shell', 'write'])
  expect(JSON.stringify(await call(hub, 'read', { path: 'note.txt' }))).toContain('a note')
  expect(JSON.stringify(await call(hub, 'write', { path: 'new.txt', content: 'x' }))).toMatch(
    /Denied: Nobody could be asked.*by a rule, or by another mode/,
  )
  await hub[Symbol.asyncDispose]()
  const threads = await runInProcess(['threads', '--json'], { home, cwd: folder })
  const [{ thread = '' } = {}] = JSON.parse(threads.stdout).threads ?? [
    JSON.parse(threads.stdout.split('\n')[0] ?? ''),
  ]
  expect(thread).toMatch(/^mcp-/)
  const shown = await runInProcess(['show', thread], { home, cwd: folder })
  expect(shown.stdout).toContain('note.txt')
})

test('with --mode and --agent more is done; groups of tools come with --tools', async () => {
  const { home, folder } = project()
  const script = join(home, 'script.json')
  const steps = [{ calls: [{ name: 'read', input: { path: 'note.txt' } }] }, { text: 'It says: a note.' }]
  writeFileSync(script, JSON.stringify({ steps }))
  const flags = ['--mode', 'auto-edit', '--agent', '--model', `scripted:${script}`, '--tools', 'think']
  const hub = await hubOver(home, folder, ...flags)
  const names = hub.describe('keepup')?.tools.map(({ serverName }) => serverName)
  expect(names).toEqual(expect.arrayContaining(['run_agent', 'think']))
  expect(JSON.stringify(await call(hub, 'write', { path: 'new.txt', content: 'x' }))).not.toContain('Denied')
  const answer = await call(hub, 'run_agent', { prompt: 'What does note.txt say?' })
  expect(JSON.stringify(answer)).toMatch(/It says: a note\..*mcp-agent-[0-9a-f]{16}/)
})

/** `keepup mcp serve --http`, and what it told. */
async function serveHttp(
  home: string,
  ...flags: readonly string[]
): Promise<{ child: ChildProcess; url: string; token: string }> {
  const child = spawn(process.execPath, [...program, 'mcp', 'serve', '--http', '0', ...flags], {
    env: { PATH: process.env['PATH'], HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: home,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stdout.on('data', (part: Buffer) => expect(part.toString()).toBe(''))
  const found: Record<string, string> = {}
  const wanted = flags.includes('--no-token') ? 1 : 2
  for await (const line of createInterface(child.stderr)) {
    const [, what = '', value = ''] = /^(listening on|token) (\S+)/.exec(line) ?? []
    if (value !== '') found[what] = value
    if (Object.keys(found).length === wanted) break
  }
  return { child, url: found['listening on'] ?? '', token: found['token'] ?? '' }
}

test('over HTTP a token is needed, unless it is waived on this machine; SIGTERM ends it', async () => {
  const { home } = project()
  const { child, url, token } = await serveHttp(home)
  const statusOf = async (headers: Record<string, string>): Promise<number> =>
    (
      await fetch(url, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json', ...headers },
      })
    ).status
  expect(await statusOf({})).toBe(401)
  expect(await statusOf({ authorization: `Bearer ${token}` })).not.toBe(401)
  const authorise = {
    name: 'web',
    transport: { type: 'http', url, headers: { Authorization: `Bearer ${token}` } },
  } as const
  const hub = createMcpHub({ definitions: [{ ...authorise, enabled: true, source }] })
  onTestFinished(() => hub[Symbol.asyncDispose]())
  await hub.ready()
  expect(hub.describe('web')?.tools.length).toBeGreaterThan(4)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([143, null])
  const open = await serveHttp(home, '--no-token')
  expect((await fetch(open.url)).status).not.toBe(401)
})

test('what cannot be is told with what to do', async () => {
  const { home } = project()
  const asked = async (...words: readonly string[]) => runInProcess(['mcp', 'serve', ...words], { home })
  expect((await asked('--http', 'x')).stderr).toContain('give a port')
  expect((await asked('--no-token')).stderr).toContain('a client over stdio needs no token')
  expect((await asked('--http', '192.0.2.1:0', '--no-token')).stderr).toContain(
    'Give a token, or listen on 127.0.0.1',
  )
  expect((await asked('--http', '0.0.0.0:0')).stderr).toContain('Name the one by which clients reach it')
  expect((await asked('--cwd', 'nowhere')).stderr).toContain('does not exist')
})
