import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { repositoryRoot } from '@keepup/repository/repository-root'
import { expect, onTestFinished, test } from 'vitest'

import { startGuardedServer } from './guarded-mcp-server.ts'
import { program } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A block of commands of the page, and the lines that the page says they print. */
interface Passage {
  readonly commands: string
  readonly promised: readonly string[]
}

function passages(): readonly Passage[] {
  const page = readFileSync(join(repositoryRoot, 'docs/start/first-hour.md'), 'utf8')
  return [...page.matchAll(/^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/gms)].map(
    ([, commands = '', printed = '']) => ({
      commands,
      promised: printed.split('\n').filter((line) => line !== ''),
    }),
  )
}

/** A home with nothing in it but the program and a browser that goes where it is sent. */
function emptyHome(): { readonly home: string; readonly programs: string } {
  const home = temporaryFolder()
  const programs = join(home, 'bin')
  mkdirSync(programs)
  const browser = `#!${process.execPath}\nfetch(process.argv[2])\n`
  for (const name of ['xdg-open', 'open']) writeFileSync(join(programs, name), browser, { mode: 0o755 })
  const words = [process.execPath, ...program].map((word) => `'${word}'`).join(' ')
  writeFileSync(join(programs, 'keepup'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 })
  return { home, programs }
}

test('the first hour goes as its page says, in an empty home', { timeout: 240_000 }, async () => {
  const server = await startGuardedServer()
  onTestFinished(() => server[Symbol.asyncDispose]())
  const { home, programs } = emptyHome()
  const all = passages()
  expect(all.length).toBeGreaterThan(10)
  const marker = 'next passage of the page'
  const script = all.map(({ commands }) => `${commands}\necho '${marker}'`).join('\n')
  const child = spawn('bash', ['-c', `exec 2>&1\n${script}`], {
    cwd: home,
    env: {
      HOME: home,
      PATH: `${programs}:${process.env['PATH'] ?? ''}`,
      LANG: 'C.UTF-8',
      KEEPUP_MCP_KEY: 'ab'.repeat(32),
      MCP_SERVER: server.url,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const printed = (await text(child.stdout)).split(`${marker}\n`)
  for (const [index, { commands, promised }] of all.entries()) {
    const output = printed[index] ?? ''
    const missing = promised.filter((line) => !output.includes(line))
    expect({ commands, output, missing }).toEqual({ commands, output, missing: [] })
    // A command that failed says so in two lines, of which the first begins so.
    expect({ commands, output, failed: /^error: /m.test(output) }).toEqual({
      commands,
      output,
      failed: false,
    })
  }
})
