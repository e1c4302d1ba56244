import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { KeepupError } from '@keepup/core'
import type { Keychain } from '@keepup/keychain'
import { expect, test, vi } from 'vitest'

import { keepKey, withKeptKeys } from '../src/acp/kept-keys.ts'
import { inProcessEditor } from './acp/in-process-editor.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A home with a project, and the words for an agent that follows a script. */
function stage(steps: readonly object[]) {
  const home = temporaryFolder()
  const cwd = join(home, 'project')
  mkdirSync(cwd)
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
  return { home, cwd, flags: ['--model', `scripted:${join(home, 'script.json')}`, '--snapshots', 'off'] }
}

const say = (sessionId: unknown, text: string) => ({ sessionId, prompt: [{ type: 'text', text }] })

test('without a key an editor is told so, how to come by one, and that keepup can ask for it in a terminal', async () => {
  const { home, cwd } = stage([])
  const editor = await inProcessEditor(['--model', 'anthropic/claude-sonnet-5-5'], { home, cwd })
  await expect(editor.request('session/new', { cwd, mcpServers: [] })).rejects.toMatchObject({
    code: -32000,
    message: expect.stringMatching(/ANTHROPIC_API_KEY.*keepup acp --setup/),
  })
  expect(editor.heard[0]?.['result']).toMatchObject({
    authMethods: [{ type: 'terminal', args: ['--setup'] }],
  })
  expect(await editor.leave()).toBe(0)
})

test('what is always allowed in an editor is kept for the project, at the terminal too', async () => {
  const calls = [{ name: 'shell', input: { command: 'touch made.txt' } }]
  const { home, cwd, flags } = stage([
    { when: { lastUser: 'go' }, calls },
    { text: 'Done.', repeat: true },
  ])
  const editor = await inProcessEditor(flags, { home, cwd }, 'always')
  const questions = () => editor.heard.filter(({ method }) => method === 'session/request_permission').length
  const go = async (): Promise<void> => {
    const { sessionId } = await editor.request('session/new', { cwd, mcpServers: [] })
    expect(await editor.request('session/prompt', say(sessionId, 'go'))).toEqual({ stopReason: 'end_turn' })
  }
  await go()
  expect(questions()).toBe(1)
  await go()
  expect(questions()).toBe(1)
  expect(existsSync(join(cwd, 'made.txt'))).toBe(true)
  const listed = await runInProcess(['permissions', 'list'], { home, cwd })
  expect(listed.stdout).toContain('touch made.txt')
})

test('servers that the editor names are there beside those of the project, which still wait for approval', async () => {
  const server = join(import.meta.dirname, 'plain-mcp-server.ts')
  const echo = (name: string) => ({
    name: 'call_tool',
    input: { name: `mcp__${name}__echo`, arguments: { text: `hello ${name}` } },
  })
  const { home, cwd, flags } = stage([
    { calls: [{ name: 'search_tools', input: { query: 'echo' } }] },
    { calls: [echo('mine'), echo('theirs')] },
    { text: 'Done.', repeat: true },
  ])
  const given = { name: 'mine', command: process.execPath, args: [server], env: [] }
  const configured = { mcpServers: { theirs: { command: process.execPath, args: [server] } } }
  writeFileSync(join(cwd, '.mcp.json'), JSON.stringify(configured))
  const editor = await inProcessEditor([...flags, '--mode', 'yolo'], { home, cwd })
  const { sessionId } = await editor.request('session/new', { cwd, mcpServers: [given] })
  await editor.request('session/prompt', say(sessionId, 'look'))
  const told = JSON.stringify(editor.heard)
  expect(told).toContain('hello mine, said with')
  expect(told).not.toContain('hello theirs, said with')
})

test('a session of another folder is refused, with what to do', async () => {
  const { home, cwd, flags } = stage([{ text: 'Hello.', repeat: true }])
  const editor = await inProcessEditor(flags, { home, cwd })
  const { sessionId } = await editor.request('session/new', { cwd, mcpServers: [] })
  await editor.request('session/prompt', say(sessionId, 'hi'))
  await expect(
    editor.request('session/load', { sessionId, cwd: home, mcpServers: [] }),
  ).rejects.toMatchObject({
    code: -32602,
    message: expect.stringMatching(/works in .*project.*Open that folder, or fork it/),
  })
  await editor.request('session/delete', { sessionId })
  expect((await runInProcess(['threads', '--json'], { home, cwd })).stdout).not.toContain(String(sessionId))
})

test('--setup asks nobody where nobody is, and says where a key is to go where there is no keychain', async () => {
  const home = temporaryFolder()
  const idle = await runInProcess(['acp', '--setup'], { home })
  expect(idle.stderr).toMatch(/nobody is at a terminal/)
  const secret = Promise.withResolvers<void>()
  const watch = (text: string): void => void (text.includes('not shown') && secret.resolve())
  async function* typed(): AsyncIterable<string> {
    yield 'nobody\n'
    yield 'anthropic\n'
    await secret.promise
    yield 'sk-very-secret\n'
  }
  const variables = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' }
  const asked = await runInProcess(['acp', '--setup'], {
    home,
    variables,
    input: typed(),
    inputKind: 'terminal',
    watch,
    terminal: 80,
  })
  expect(asked.stderr).toMatch(
    /no provider of that name.*The key of Anthropic[^]*error: there is no keychain[^]*set ANTHROPIC_API_KEY/s,
  )
  expect(`${asked.stdout}${asked.stderr}`).not.toContain('sk-very-secret')
})

test('kept keys fill in what the environment lacks, and nothing else; a keychain that fails is told', async () => {
  const home = temporaryFolder()
  const secrets = new Map<string, string>()
  const keychain: Keychain = {
    read: async (account) => secrets.get(account),
    write: async (account, secret) => void secrets.set(account, secret),
  }
  const notes: string[] = []
  const kept = (environment: object, from: Keychain = keychain) =>
    withKeptKeys(
      { HOME: home, ...environment },
      async () => from,
      (text) => notes.push(text),
    )
  expect(await kept({})).toEqual({ HOME: home })
  await keepKey({ HOME: home }, { variable: 'OPENAI_API_KEY', key: 'one' }, keychain)
  expect(await kept({})).toEqual({ HOME: home, OPENAI_API_KEY: 'one' })
  expect(await kept({ OPENAI_API_KEY: 'own' })).toEqual({ HOME: home, OPENAI_API_KEY: 'own' })
  expect(readFileSync(join(home, '.config', 'keepup', 'kept-keys.json'), 'utf8')).toBe('["OPENAI_API_KEY"]\n')
  const locked = () => Promise.reject(new KeepupError('not-supported', 'it is locked'))
  expect(await kept({}, { read: locked, write: locked })).toEqual({ HOME: home })
  expect(notes.join()).toMatch(/OPENAI_API_KEY could not be read.*it is locked/)
  writeFileSync(join(home, '.config', 'keepup', 'kept-keys.json'), '{"__proto__": 1')
  expect(await kept({})).toEqual({ HOME: home })
})
