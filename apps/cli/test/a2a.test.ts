import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test, vi } from 'vitest'

import type { StopSignal } from '../src/host.ts'
import { type Printed, runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

interface Served {
  readonly url: string
  readonly grpc: string
  readonly token?: string
}

/** Serves over A2A until the test says stop. */
async function served(words: readonly string[] = [], variables: Readonly<Record<string, string>> = {}) {
  const stops: ((signal: StopSignal) => void)[] = []
  const said = Promise.withResolvers<Served>()
  const home = temporaryFolder()
  const all = { NO_COLOR: '1', ...variables }
  const ended = runInProcess(['serve', '--a2a', '--json', ...words], {
    home,
    variables: all,
    onStop: (stop) => stops.push(stop),
    watch: (text) => {
      if (text.startsWith('{"url"')) said.resolve(JSON.parse(text))
    },
  })
  const serving = await said.promise
  const a2a = (...more: readonly string[]): Promise<Printed> =>
    runInProcess(['a2a', ...more], { home, variables: all })
  return { ...serving, home, a2a, stop: async () => (stops.forEach((stop) => stop('SIGTERM')), ended) }
}

test('an agent is found, spoken to over each binding, listed and cancelled; exit codes say what a task came to', async () => {
  const { url, a2a, stop } = await served(['--demo-agent'])
  expect(await a2a('card', url)).toMatchObject({ code: 0, stdout: expect.stringContaining('JSONRPC') })
  const discovered = await a2a('discover', url, 'http://127.0.0.1:1')
  expect(discovered.stdout).toContain(url)
  expect(discovered.stdout + discovered.stderr).toContain('cannot be reached')
  for (const binding of ['jsonrpc', 'http', 'grpc'])
    expect(await a2a('send', url, '--binding', binding, 'Hello', binding)).toMatchObject({
      code: 0,
      stdout: `Hello ${binding}\n`,
    })
  const asked = await a2a('send', url, 'ask: which colour?')
  expect(asked).toMatchObject({ code: 3, stdout: expect.stringContaining('which colour?') })
  const task = /--task (\S+)/.exec(asked.stderr)?.[1] ?? ''
  expect(await a2a('send', url, '--task', task, 'blue')).toMatchObject({ code: 0, stdout: 'blue\n' })
  expect(await a2a('send', url, 'fail: no luck')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('no luck'),
  })
  const waiting = await a2a('send', url, '--no-wait', 'ask: still there?')
  const other = /task (\S+)/.exec(waiting.stdout)?.[1] ?? ''
  expect(await a2a('cancel', url, other)).toMatchObject({ code: 0 })
  const tasks = await a2a('tasks', url)
  expect(tasks.stdout).toContain(task)
  expect((await a2a('tasks', url, '--json')).stdout.trim().split('\n').map(parsed)).toHaveLength(6)
  expect((await stop()).code).toBe(143)
})

function parsed(line: string): unknown {
  return JSON.parse(line)
}

function scripted(): string {
  const script = join(temporaryFolder(), 'script.json')
  writeFileSync(script, JSON.stringify({ steps: [{ text: 'done', repeat: true }] }))
  return `scripted:${script}`
}

test('an agent with a model is served behind a token that is told once', async () => {
  const { url, token = '', a2a, stop } = await served(['--model', scripted()])
  expect(token).toMatch(/^\S{20,}$/)
  const refused = await a2a('send', url, 'Hello')
  expect(refused.code).not.toBe(0)
  expect(refused.stdout + refused.stderr).not.toContain(token)
  const header = `Authorization: Bearer ${token}`
  expect(await a2a('send', url, '--header', header, 'Hello')).toMatchObject({ code: 0, stdout: 'done\n' })
  const { stdout, stderr } = await stop()
  expect(`${stdout}${stderr}`.split(token)).toHaveLength(2)
})

test.each([
  [['card', 'http://'], 'is no address'],
  [['send', 'localhost:1', '--header', 'nonsense', 'x'], 'is no header'],
  [['send', 'http://127.0.0.1:1', 'x'], 'cannot be reached'],
])('keepup a2a %j says what is wrong', async (words, expected) => {
  const { code, stderr } = await runInProcess(['a2a', ...words], { home: temporaryFolder() })
  expect(code).not.toBe(0)
  expect(stderr).toContain(expected)
})

test('an agent to delegate to must have a name', async () => {
  const { code, stderr } = await runInProcess(
    ['serve', '--a2a', '--model', scripted(), '--remote', 'http://x'],
    {
      home: temporaryFolder(),
    },
  )
  expect(code).toBe(2)
  expect(stderr).toContain('NAME=URL')
})
