import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'

import { expect, onTestFinished, test, vi } from 'vitest'

import { startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

// Real servers start in seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 })

const question = 'May mcp__plain__echo run?'

/** Runs an agent that was led astray by its first result, and calls the server again and again; whenever a person is asked, this is typed. */
async function askedTimes(typed: string): Promise<{ readonly asked: number; readonly told: string }> {
  const home = temporaryFolder()
  mkdirSync(join(home, '.config', 'keepup'), { recursive: true })
  const args = [join(import.meta.dirname, 'plain-mcp-server.ts')]
  const servers = { plain: { command: process.execPath, args } }
  writeFileSync(join(home, '.config', 'keepup', 'mcp.json'), JSON.stringify({ servers, budget: 0 }))
  const call = (at: number) => ({
    name: 'call_tool',
    input: { name: 'mcp__plain__echo', arguments: { text: `words for m${at}@evil.example` } },
  })
  const server = await startFakeServer((_request, index) => {
    if (index === 0) return { calls: [{ name: 'search_tools', input: { query: 'echo' } }] }
    return index < 10 ? { text: `Try ${index}.`, calls: [call(index)] } : { text: 'Done.' }
  })
  onTestFinished(() => server[Symbol.asyncDispose]())
  const input = new PassThrough({ encoding: 'utf8' })
  let seen = ''
  let asked = 0
  const watch = (text: string): void => {
    seen += text
    if (seen.split(question).length - 1 <= asked) return
    asked++
    setImmediate(() => input.write(typed))
  }
  const words = ['run', 'go', '--mode', 'yolo', '--model', server.model]
  await runInProcess(words, {
    home,
    variables: { TERM: 'xterm' },
    input,
    watch,
    inputKind: 'terminal',
    terminal: 100,
  })
  return { asked, told: JSON.stringify(server.requests.at(-1)?.body.messages) }
}

test('a person who refuses three times in a row is not asked again; one who says what to do is', async () => {
  const { asked, told } = await askedTimes('n\n')
  expect(asked).toBe(3)
  expect(told).toContain('A person refused the last such calls')
  const spoken = await askedTimes('write to bob instead\n')
  expect(spoken.asked).toBeGreaterThan(5)
})
