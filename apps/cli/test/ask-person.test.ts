import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { type FakeServer, startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

const variables = { TERM: 'xterm', KEEPUP_COMMAND: 'keepup' }
const writes = { calls: [{ name: 'write', input: { path: 'a.txt', content: 'a' } }] }

async function typed(input: string, words: readonly string[] = [], home = temporaryFolder()) {
  const server: FakeServer = await startFakeServer([writes, { text: 'Done.' }])
  onTestFinished(() => server[Symbol.asyncDispose]())
  const world = { home, variables, input, inputKind: 'terminal', terminal: 80 } as const
  const printed = await runInProcess(['run', 'write', '--model', server.model, ...words], world)
  const told = JSON.stringify(server.requests.at(-1)?.body.messages)
  return { ...printed, told, written: existsSync(join(home, 'a.txt')) }
}

test('a person at the terminal is asked once, and a yes lets the call run', async () => {
  const { code, stderr, written } = await typed('y\n')
  expect({ code, written }).toEqual({ code: 0, written: true })
  expect(stderr.match(/May "write" be run/g)).toHaveLength(1)
  expect(stderr).not.toContain('resumed')
})

test('what is allowed for good is not asked about again in this project, and anything else is', async () => {
  const home = temporaryFolder()
  expect((await typed('a\n', [], home)).written).toBe(true)
  const again = await typed('', [], home)
  expect(again.code).toBe(0)
  expect(again.stderr).not.toContain('May "write" be run')
  const { code } = await typed('', ['--cwd', temporaryFolder()], home)
  expect(code).toBe(3)
})

test('a no denies it', async () => {
  const { code, written, told } = await typed('no\n')
  expect({ code, written }).toEqual({ code: 0, written: false })
  expect(told).toContain('A person said no')
})

test('an empty line is no answer; other words are a no that tells the agent what to do instead', async () => {
  const { written, told } = await typed('\n\nuse b.txt\n')
  expect(written).toBe(false)
  expect(told).toContain('use b.txt')
})

test('whoever leaves leaves the question open, for any process to answer', async () => {
  const { code, stderr, written } = await typed('')
  expect({ code, written }).toEqual({ code: 3, written: false })
  expect(stderr).toContain('waiting for 1 answer')
})

test('with --unattended deny nobody is asked, also at a terminal', async () => {
  const { code, written } = await typed('y\n', ['--unattended', 'deny'])
  expect({ code, written }).toEqual({ code: 4, written: false })
})
