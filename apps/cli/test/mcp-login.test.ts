import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, onTestFinished, test, vi } from 'vitest'

import { startGuardedServer } from './guarded-mcp-server.ts'
import { keepup, type Ran } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A home whose browser is a program that goes where it is sent and remembers where. */
function homeWithBrowser() {
  const home = temporaryFolder()
  const programs = join(home, 'bin')
  mkdirSync(programs)
  const script = `#!${process.execPath}\nrequire('node:fs').appendFileSync(${JSON.stringify(join(home, 'opened.txt'))}, process.argv[2] + '\\n')\nfetch(process.argv[2])\n`
  for (const name of ['xdg-open', 'open']) writeFileSync(join(programs, name), script, { mode: 0o755 })
  const variables = { PATH: `${programs}:${process.env['PATH'] ?? ''}`, KEEPUP_MCP_KEY: 'ab'.repeat(32) }
  const mcp = (...words: readonly string[]): Promise<Ran> => keepup(['mcp', ...words], { home, variables })
  return { home, mcp }
}

test('a person logs in, and calls go with the tokens until they are given back; without a login nothing opens a browser', async () => {
  const server = await startGuardedServer()
  onTestFinished(() => server[Symbol.asyncDispose]())
  const { home, mcp } = homeWithBrowser()
  await mcp('add', 'guarded', server.url)
  const before = await mcp('doctor', 'guarded')
  expect(before).toMatchObject({ code: 1, stdout: expect.stringContaining('keepup mcp login guarded') })
  expect((await mcp('call', 'guarded', 'secret')).stderr).toContain('keepup mcp login guarded')
  expect(server.asked).not.toContain('/authorize')
  expect(readdirSync(home)).not.toContain('opened.txt')
  expect(await mcp('login', 'guarded')).toMatchObject({ code: 0, stdout: 'logged in to guarded\n' })
  expect(readFileSync(join(home, 'opened.txt'), 'utf8')).toContain('/authorize?')
  expect(await mcp('call', 'guarded', 'secret')).toMatchObject({
    code: 0,
    stdout: 'only for those who logged in\n',
  })
  const kept = readdirSync(join(home, '.local/state/keepup/mcp/credentials')).filter((name) =>
    name.endsWith('.credential'),
  )
  expect(kept.length).toBeGreaterThan(0)
  for (const name of kept) {
    expect(readFileSync(join(home, '.local/state/keepup/mcp/credentials', name), 'latin1')).not.toContain(
      'token-',
    )
  }
  expect(await mcp('logout', 'guarded')).toMatchObject({ code: 0, stdout: 'logged out of guarded\n' })
  expect(server.revoked.length).toBeGreaterThan(0)
  expect((await mcp('call', 'guarded', 'secret')).stderr).toContain('keepup mcp login guarded')
})

test('a server whose requests carry a secret already, or that is a program, is not logged in to', async () => {
  const { mcp } = homeWithBrowser()
  await mcp('add', 'keyed', 'https://example.com/mcp', '--header', 'Authorization: Bearer ${env:PATH}')
  await mcp('add', 'plain', 'http://example.com/mcp')
  await mcp('add', 'program', '--', 'x')
  for (const name of ['keyed', 'plain', 'program']) {
    expect(await mcp('login', name)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing to log in to'),
    })
  }
})
