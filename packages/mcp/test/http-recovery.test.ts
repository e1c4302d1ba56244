import { createServer, type AddressInfo, type Socket } from 'node:net'

import { KeepupError, systemClock } from '@keepup/core'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, onTestFinished, test, vi } from 'vitest'

import { callTool, eventually, memoryStore, server, startHub, textOf } from './hub.ts'
import { newer, older, type ScriptedServer, startScripted } from './scripted-http.ts'

// Real servers start in seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 })

const done = { content: [{ type: 'text', text: 'done' }] }

/** Knows one session at a time; `sessions.lose()` makes it forget. */
async function forgetful(
  status: number,
): Promise<{ readonly http: ScriptedServer; readonly lose: () => void }> {
  let session = 1
  const http = await startScripted((exchange) => {
    const { message, request, response, answer } = exchange
    if (message.method === 'initialize') return void older(exchange, { 'mcp-session-id': String(session) })
    if (message.method !== 'server/discover' && request.headers['mcp-session-id'] !== String(session)) {
      return void response.writeHead(status).end('{"error":"Session not found"}')
    }
    if (!older(exchange)) answer(done)
  })
  return { http, lose: () => session++ }
}

test.each([404, 400])(
  'G2: a session that is gone (HTTP %i) is begun anew, and the call is made once',
  async (status) => {
    const { http, lose } = await forgetful(status)
    const hub = startHub([server('web', { type: 'http', url: http.url, headers: {} })])
    await hub.ready()
    lose()
    expect(textOf(await callTool(hub, 'once'))).toBe('done')
    expect(http.count('initialize')).toBe(2)
  },
)

test('G2, the control: the bare SDK fails for ever', async () => {
  const { http, lose } = await forgetful(404)
  const client = new Client({ name: 'control', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(http.url)))
  onTestFinished(() => client.close())
  lose()
  await expect(client.callTool({ name: 'once' })).rejects.toThrow('Session not found')
  await expect(client.callTool({ name: 'once' })).rejects.toThrow('Session not found')
})

test('a connection that breaks in the middle: what may be repeated is, the rest is unknown and made once', async () => {
  let broken = 0
  const http = await startScripted((exchange) => {
    if (older(exchange)) return
    if (broken++ < 1) exchange.response.destroy()
    else exchange.answer(done)
  })
  const hub = startHub([server('web', { type: 'http', url: http.url, headers: {} })])
  await hub.ready()
  expect(textOf(await callTool(hub, 'safe'))).toBe('done')
  expect(http.count('tools/call')).toBe(2)
  broken = 0
  expect(await callTool(hub, 'once')).toMatchObject({ type: 'unknown' })
  expect(http.count('tools/call')).toBe(3)
  expect(textOf(await callTool(hub, 'once'))).toBe('done')
})

test('a stream that ends without the answer is told at once; the bare SDK waits for its time-out', async () => {
  const http = await startScripted((exchange) => {
    if (older(exchange)) return
    exchange.stream(': nothing')
    exchange.response.end()
  })
  const hub = startHub([server('web', { type: 'http', url: http.url, headers: {} })])
  await hub.ready()
  expect(await callTool(hub, 'once')).toMatchObject({
    type: 'unknown',
    reason: expect.stringContaining('lost before the answer came'),
  })
  expect(http.count('tools/call')).toBe(1)
  const client = new Client({ name: 'control', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(http.url)))
  onTestFinished(() => client.close())
  await expect(client.callTool({ name: 'once' }, { timeout: 500 })).rejects.toThrow('timed out')
})

test('a server that is away for a while is waited for, and called once it is back', async () => {
  const http = await startScripted((exchange) => {
    if (!older(exchange)) exchange.answer(done)
  })
  const hub = startHub([server('web', { type: 'http', url: http.url, headers: {} })])
  await hub.ready()
  await http.stop()
  // The end of a connection is news that takes a moment.
  await new Promise((resolve) => setTimeout(resolve, 100))
  const call = callTool(hub, 'once')
  await new Promise((resolve) => setTimeout(resolve, 300))
  await http.restart()
  expect(textOf(await call)).toBe('done')
  expect(http.count('tools/call')).toBe(1)
})

test('a server that stays away is an error that says what to check, quickly the next time', async () => {
  const http = await startScripted((exchange) => void older(exchange))
  const hub = startHub([server('web', { type: 'http', url: http.url, headers: {} })])
  await hub.ready()
  await http.stop()
  await new Promise((resolve) => setTimeout(resolve, 100))
  const outcome = await callTool(hub, 'once')
  expect(outcome).toMatchObject({ type: 'failed', message: expect.stringContaining('ECONNREFUSED') })
  await eventually('it waits', () => hub.servers()[0]?.state === 'waiting')
})

test('a half-open connection is found by a time-out, and left', async () => {
  const sockets = new Set<Socket>()
  let deaf = false
  const http = await startScripted((exchange) => {
    if (deaf) return
    if (!older(exchange)) exchange.answer(done)
  })
  const target = Number(new URL(http.url).port)
  // Takes bytes and gives none back, as a firewall that has forgotten a connection does.
  const proxy = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    void import('node:net').then(({ connect }) => socket.pipe(connect(target, '127.0.0.1')).pipe(socket))
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  // It listens on a port, not on a path.
  const { port } = proxy.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/mcp`
  const definition = server('web', { type: 'http', url, headers: {} })
  const hub = startHub([definition])
  await hub.ready()
  await hub.update([{ ...definition, timeouts: { call: 300 } }])
  deaf = true
  expect(await callTool(hub, 'once')).toMatchObject({ type: 'unknown' })
  expect(await callTool(hub, 'safe')).toMatchObject({ type: 'timed-out', after: 300 })
  deaf = false
  await hub.update([definition])
  expect(textOf(await callTool(hub, 'once'))).toBe('done')
})

test('G10: a task is polled to its end; its question is put to the person once; the bare SDK loses the result', async () => {
  let polls = 0
  const updates: unknown[] = []
  const tools = [{ name: 'work', inputSchema: { type: 'object' } }]
  const task = {
    taskId: 't1',
    createdAt: '2026-01-01T00:00:00Z',
    lastUpdatedAt: '2026-01-01T00:00:00Z',
    ttlMs: null,
  }
  const http = await startScripted((exchange) => {
    if (newer(exchange, tools)) return
    const { message, answer } = exchange
    const { method, params } = message
    if (method === 'tools/call')
      return answer({ resultType: 'task', ...task, status: 'working', pollIntervalMs: 50 })
    if (method === 'tasks/update') {
      updates.push(params['inputResponses'])
      return answer({ resultType: 'complete' })
    }
    polls++
    const requestedSchema = { type: 'object', properties: { ok: { type: 'boolean' } } }
    const question = {
      method: 'elicitation/create',
      params: { mode: 'form', message: 'Go on?', requestedSchema },
    }
    const now = { resultType: 'complete', ...task, pollIntervalMs: 50 }
    if (updates.length === 0)
      return answer({ ...now, status: 'input_required', inputRequests: { q1: question } })
    if (polls < 4) return answer({ ...now, status: 'working', statusMessage: 'at work' })
    return answer({ ...now, status: 'completed', result: done })
  })
  const store = memoryStore()
  let asked = 0
  const progress: string[] = []
  const hub = startHub([server('tasks', { type: 'http', url: http.url, headers: {} })], {
    store,
    elicit: async () => {
      asked++
      return { action: 'accept', content: { ok: true } }
    },
  })
  await hub.ready()
  const outcome = await callTool(hub, 'work', {}, { key: 'call-1', progress: (text) => progress.push(text) })
  expect(textOf(outcome)).toBe('done')
  expect({ asked, updates }).toEqual({
    asked: 1,
    updates: [{ q1: { action: 'accept', content: { ok: true } } }],
  })
  expect(progress.join()).toContain('at work')

  // Another process, after a crash: the task is found by the key of the call.
  const after = startHub([server('tasks', { type: 'http', url: http.url, headers: {} })], { store })
  await after.ready()
  const [tool] = after.tools()
  const resumed = await tool?.reconcile?.(
    {},
    {
      call: { thread: 't', id: 'c', key: 'call-1', name: 'work', input: {} },
      signal: new AbortController().signal,
      clock: systemClock,
      idempotencyKey: 'call-1',
      progress: () => {},
      processStarted: async () => {},
    },
  )
  expect(resumed).toMatchObject({ type: 'completed', output: { content: [{ text: 'done' }] } })
  expect(http.count('tools/call')).toBe(1)

  const client = new Client({ name: 'control', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL(http.url)))
  onTestFinished(() => client.close())
  await expect(client.callTool({ name: 'work' })).rejects.toThrow('Unsupported result type')
})

test('an interrupted task is cancelled at its server', async () => {
  const http = await startScripted((exchange) => {
    if (newer(exchange, [{ name: 'work', inputSchema: { type: 'object' } }])) return
    const { message, answer } = exchange
    const resultType = message.method === 'tools/call' ? 'task' : 'complete'
    answer({ resultType, taskId: 't1', status: 'working', pollIntervalMs: 50 })
  })
  const hub = startHub([server('tasks', { type: 'http', url: http.url, headers: {} })])
  await hub.ready()
  const stop = new AbortController()
  const call = callTool(hub, 'work', {}, { signal: stop.signal })
  await eventually('it is looked at', () => http.count('tasks/get') > 1)
  stop.abort(new Error('enough'))
  await expect(call).rejects.toThrow('enough')
  await eventually('it is cancelled', () => http.count('tasks/cancel') === 1)
})

test('the error of a middleware reaches the caller as it is, and the state says what is needed', async () => {
  const http = await startScripted((exchange) => void older(exchange))
  const refusal = new KeepupError('authorisation-required', 'Log in with `keepup mcp login web`.')
  let allowed = false
  const hub = startHub([server('web', { type: 'http', url: http.url, headers: {} })], {
    authorise: () => (next) => (input, init) => (allowed ? next(input, init) : Promise.reject(refusal)),
  })
  await expect(hub.connection('web')).rejects.toBe(refusal)
  expect(hub.servers()).toMatchObject([{ state: 'needs-authorisation', reason: refusal.message }])
  expect(http.seen).toEqual([])
  allowed = true
  await hub.connection('web')
  allowed = false
  await hub.ready()
  const outcome = await callTool(hub, 'once')
  expect(outcome).toMatchObject({ type: 'failed', code: 'authorisation-required', message: refusal.message })
})

test('a login that is wanted without a middleware is told as such', async () => {
  const http = await startScripted(({ response }) => void response.writeHead(401).end())
  const hub = startHub([server('web', { type: 'http', url: http.url, headers: {} })])
  await expect(hub.connection('web')).rejects.toMatchObject({ code: 'authorisation-required' })
  expect(hub.servers()[0]?.state).toBe('needs-authorisation')
})

test('an answer without end is cut off, and so is one that is too large', async () => {
  const http = await startScripted((exchange) => {
    if (older(exchange)) return
    const { response } = exchange
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"')
    const chunk = 'x'.repeat(1024 * 1024)
    const more = (): void => {
      while (response.writable && response.write(chunk));
      response.once('drain', more)
    }
    more()
  })
  const hub = startHub([server('web', { type: 'http', url: http.url, headers: {} })])
  await hub.ready()
  expect(await callTool(hub, 'once')).toMatchObject({
    type: 'unknown',
    reason: expect.stringContaining('too large'),
  })
})

test('a connection that was quiet for long is asked whether it is there, before a call that must not be made twice', async () => {
  let dead = false
  const http = await startScripted((exchange) => {
    if (dead && exchange.message.method === 'ping') return void exchange.response.destroy()
    if (!older(exchange)) exchange.answer(done)
  })
  let later = 0
  const clock = { ...systemClock, now: () => Date.now() + later }
  const hub = startHub([server('web', { type: 'http', url: http.url, headers: {} })], { clock })
  await hub.ready()
  await callTool(hub, 'once')
  expect(http.count('ping')).toBe(0)
  later = 60_000
  dead = true
  expect(textOf(await callTool(hub, 'once'))).toBe('done')
  expect(http.count('ping')).toBe(1)
  expect(http.count('initialize')).toBe(2)
  expect(http.count('tools/call')).toBe(2)
})
