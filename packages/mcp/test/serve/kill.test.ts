import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'

import { eventually, isRunning, linesOf, temporaryFolder } from '../hub.ts'

vi.setConfig({ testTimeout: 60_000 })

const program = ['--conditions=@keepup/source', join(import.meta.dirname, 'served-server.ts')]

/** A server over stdio whose messages are written by hand. */
function startServer(folder: string) {
  const args = [...program, join(folder, 'threads.db'), join(folder, 'work')]
  const child = spawn(process.execPath, args, { stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const messages: Record<string, unknown>[] = []
  const stray: string[] = []
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('{')) messages.push(JSON.parse(line) as Record<string, unknown>) // a message of the protocol
    else stray.push(line)
  })
  let notes = ''
  child.stderr.on('data', (part: Buffer) => (notes += part.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    child,
    stray,
    messages,
    ended,
    notes: () => notes,
    write: (text: string) => void child.stdin.write(text),
    send: (message: object) => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    async answer(id: number): Promise<Record<string, unknown>> {
      await eventually(`message ${id} is answered`, () => messages.some((message) => message['id'] === id))
      return messages.find((message) => message['id'] === id) ?? {}
    },
  }
}

type StartedServer = ReturnType<typeof startServer>

async function initialize(server: StartedServer): Promise<void> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'hand', version: '1' },
  }
  server.send({ id: 0, method: 'initialize', params })
  await server.answer(0)
  server.send({ method: 'notifications/initialized' })
}

function shell(id: number, command: string): object {
  return { id, method: 'tools/call', params: { name: 'shell', arguments: { command } } }
}

function prepared(): { readonly folder: string; readonly pids: () => readonly number[] } {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'work'))
  return { folder, pids: () => linesOf(join(folder, 'work', 'pids')).map(Number) }
}

test('kill -9 in the middle of a call loses nothing that was answered; the next start ends what it left and tells what is unknown', async () => {
  const { folder, pids } = prepared()
  const first = startServer(folder)
  await initialize(first)
  first.send(shell(1, 'echo kept'))
  expect(JSON.stringify(await first.answer(1))).toContain('kept')
  first.send(shell(2, 'sleep 300 & echo $! >> pids; echo $$ >> pids; wait'))
  await eventually('the command runs', () => pids().length === 2)
  first.child.kill('SIGKILL')
  await first.ended

  const second = startServer(folder)
  await initialize(second)
  expect(second.notes()).toMatch(/^ended mcp-[\w-]+: shell$/m)
  await eventually('the processes of the call are gone', () => pids().every((pid) => !isRunning(pid)))
  second.send(shell(3, 'echo again'))
  expect(JSON.stringify(await second.answer(3))).toContain('again')
  second.child.stdin.end()
  expect(await second.ended).toBe(0)

  await using database = await openSqlite(join(folder, 'threads.db'))
  const checkpointer = sqliteCheckpointer(database)
  const outcomes: unknown[] = []
  for await (const { thread } of checkpointer.threads())
    for await (const { type, data } of checkpointer.log(thread))
      if (type === 'tool-finished') outcomes.push(data)
  expect(outcomes).toHaveLength(3)
  expect(JSON.stringify(outcomes)).toContain('"unknown"')
})

test('cancelling a call ends the processes that it started; a client that leaves does so too', async () => {
  const { folder, pids } = prepared()
  const server = startServer(folder)
  await initialize(server)
  server.send(shell(1, 'sleep 300 & echo $! >> pids; echo $$ >> pids; wait'))
  await eventually('the command runs', () => pids().length === 2)
  server.send({ method: 'notifications/cancelled', params: { requestId: 1 } })
  await eventually('its processes are gone', () => pids().every((pid) => !isRunning(pid)))
  server.send(shell(2, 'sleep 300 & echo $! >> pids; echo $$ >> pids; wait'))
  await eventually('another runs', () => pids().length === 4)
  server.child.stdin.end()
  expect(await server.ended).toBe(0)
  expect(pids().filter(isRunning)).toEqual([])
})

test('a second server on the same store leaves alone what the first has under way', async () => {
  const { folder, pids } = prepared()
  const first = startServer(folder)
  await initialize(first)
  first.send(shell(1, 'echo $$ >> pids; until [ -e go ]; do sleep 0.05; done; echo finished'))
  await eventually('the command runs', () => pids().length === 1)
  const second = startServer(folder)
  await initialize(second)
  second.send(shell(1, 'echo here'))
  expect(JSON.stringify(await second.answer(1))).toContain('here')
  expect(second.notes()).toBe('')
  writeFileSync(join(folder, 'work', 'go'), '')
  expect(await first.answer(1)).toMatchObject({
    result: { content: [{ text: expect.stringContaining('finished') }] },
  })
})

test('garbage on the input is answered or ignored, and what follows works; a message without end closes the connection', async () => {
  const { folder } = prepared()
  const server = startServer(folder)
  server.write('no JSON\n{"half":\n[]\nnull\n{"jsonrpc":"1.0","id":9}\n\u0000\u0001\n')
  await initialize(server)
  server.send({ id: 1, method: 'no/such' })
  expect(await server.answer(1)).toMatchObject({ error: { code: -32_601 } })
  server.send({ id: 2, method: 'tools/call', params: { name: 'add', arguments: [] } })
  expect(await server.answer(2)).toHaveProperty('error')
  server.send({ id: 3, method: 'tools/call', params: { name: 'add', arguments: { a: 1, b: 2 } } })
  expect(await server.answer(3)).toMatchObject({ result: { structuredContent: { sum: 3 } } })
  expect(server.stray).toEqual([])
  server.child.stdin.on('error', () => {}) // it stops to read
  const piece = 'x'.repeat(1024 * 1024)
  for (let written = 0; written < 100 && server.child.exitCode === null; written += 1) {
    server.write(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await server.ended).toBe(0)
})
