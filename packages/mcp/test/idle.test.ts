import { systemClock } from '@keepup/core'
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
