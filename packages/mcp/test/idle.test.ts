import { type Clock, systemClock } from '@keepup/core'
import { expect, test, vi } from 'vitest'

import {
  callTool,
  eventually,
  isRunning,
  linesOf,
  scripted,
  server,
  startHub,
  temporaryFolder,
  textOf,
} from './hub.ts'
import { older, startScripted } from './scripted-http.ts'

// Real servers start in seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 })

function processes(file: string): readonly number[] {
  return linesOf(file).flatMap((line) => (line.startsWith('started ') ? [Number(line.slice(8))] : []))
}

/** So many times as quick as that of the machine: half an hour is two seconds. */
function quickClock(times: number): Clock {
  const begun = Date.now()
  return {
    now: () => begun + (Date.now() - begun) * times,
    sleep: (duration, signal) => systemClock.sleep(duration / times, signal),
  }
}

test('a server that nobody uses is ended, its tools stay, and the next call starts it again', async () => {
  const file = `${temporaryFolder()}/log`
  const hub = startHub([server('plain', scripted('plain', file), { timeouts: { idle: 200 } })])
  await hub.ready()
  const [first = 0] = processes(file)
  await eventually('it is ended', () => !isRunning(first))
  expect(hub.servers()).toMatchObject([{ name: 'plain', state: 'idle' }])
  expect(hub.tools().map(({ name }) => name)).toContain('mcp__plain__echo')
  expect(textOf(await callTool(hub, 'echo'))).toBe('echo')
  expect(processes(file)).toHaveLength(2)
})

test('one that is used is not ended: not in a long call, and not while its resources are watched', async () => {
  const http = await startScripted((exchange) => {
    const { message, answer, response } = exchange
    if (message.method === 'initialize') {
      const capabilities = { tools: {}, resources: { subscribe: true } }
      answer({ protocolVersion: '2025-11-25', capabilities, serverInfo: { name: 's', version: '0' } })
    } else if (message.method === 'resources/subscribe') answer({})
    else if (message.method === 'tools/call') {
      setTimeout(() => answer({ content: [{ type: 'text', text: 'late' }] }), 600)
    } else if (!older(exchange)) response.writeHead(400).end()
  })
  const hub = startHub([
    server('web', { type: 'http', url: http.url, headers: {} }, { timeouts: { idle: 100 } }),
  ])
  await hub.ready()
  expect(textOf(await callTool(hub, 'once'))).toBe('late')
  const connection = await hub.connection('web')
  const unsubscribe = await connection.subscribe('demo://a', () => {})
  await systemClock.sleep(400)
  expect(hub.servers()).toMatchObject([{ state: 'connected' }])
  await unsubscribe()
  await eventually('it is ended', () => hub.servers().every(({ state }) => state === 'idle'))
  await expect(connection.listTools()).rejects.toMatchObject({
    code: 'tool-failed',
    details: { outcome: 'not-run', reconnect: true },
  })
})

test('a server that says every few milliseconds that its tools have changed is ended all the same', async () => {
  const http = await startScripted((exchange) => {
    const { message, answer, response, stream } = exchange
    if (message.method === 'initialize') {
      const capabilities = { tools: { listChanged: true } }
      answer({ protocolVersion: '2025-11-25', capabilities, serverInfo: { name: 's', version: '0' } })
    } else if (message.method === 'tools/call') {
      const told = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' })
      stream()
      // The stream of the call stays open, and is heard, after its answer.
      const result = { content: [{ type: 'text', text: 'done' }] }
      response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: message.id, result })}\n\n`)
      const telling = setInterval(() => response.write(`data: ${told}\n\n`), 10)
      response.on('close', () => clearInterval(telling))
    } else if (!older(exchange)) response.writeHead(400).end()
  })
  const way = { type: 'http', url: http.url, headers: {} } as const
  const day = 86_400_000
  const hub = startHub([server('web', way, { timeouts: { start: 30_000, call: day, longest: day } })], {
    clock: quickClock(1_000),
  })
  await hub.ready()
  expect(textOf(await callTool(hub, 'once'))).toBe('done')
  await eventually('it is ended', () => hub.servers().every(({ state }) => state === 'idle'))
})

test('calls that come just as it is ended are made, each once', async () => {
  const http = await startScripted((exchange) => {
    if (!older(exchange)) exchange.answer({ content: [{ type: 'text', text: 'done' }] })
  })
  const hub = startHub([
    server('web', { type: 'http', url: http.url, headers: {} }, { timeouts: { idle: 1 } }),
  ])
  await hub.ready()
  for (let call = 0; call < 30; call++) {
    await systemClock.sleep(call % 4)
    expect(textOf(await callTool(hub, 'once'))).toBe('done')
  }
  expect(http.count('tools/call')).toBe(30)
  expect(http.count('initialize')).toBeGreaterThan(5)
})
