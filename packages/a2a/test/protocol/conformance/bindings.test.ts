import { describe, expect, test, vi } from 'vitest'

import { at, type Json } from '../bindings.ts'
import { all, said } from '../served.ts'
import { names, openScene, payloads, refusal } from './scene.ts'

vi.setConfig({ testTimeout: 30_000 })

const scene = openScene()
const { using, taskOf } = scene

describe('of one binding', () => {
  test('JSONRPC-FMT-001 JSONRPC-FMT-002 JSONRPC-SVC-001: JSON-RPC 2.0 with the names of the specification', async () => {
    const url = using('JSONRPC')
    const { headers, result } = await url.call('SendMessage', said('x'))
    expect(headers?.get('content-type')).toContain('application/json')
    expect(result).toHaveProperty('task')
    expect(await url.call('message/send', said('x'))).toMatchObject({ code: -32_601 })
  })

  test('JSONRPC-SVC-002 HTTP_JSON-SVC-002 GRPC-META-001: extensions nobody knows are taken, and those that are used are named', async () => {
    const { replayExtension } = await import('../../../src/protocol/client/index.ts')
    for (const name of names) {
      const headers = { 'A2A-Extensions': 'https://example.com/ext/v1,https://example.com/ext/v2' }
      expect((await using(name).call('SendMessage', said('x'), headers)).result).toHaveProperty('task')
      const stream = await using(name).stream('SendStreamingMessage', said('x'), {
        'A2A-Extensions': replayExtension,
      })
      const [first] = await all(stream.events)
      expect(at(first, 'task', 'metadata')).toEqual({ [replayExtension]: { position: 1 } })
    }
  })

  test('JSONRPC-ERR-001 JSONRPC-ERR-002 JSONRPC-ERR-003 JSONRPC-SSE-002: errors of JSON-RPC have code, message and an ErrorInfo', async () => {
    const url = scene.served().card.supportedInterfaces[0]?.url ?? ''
    const send = async (body: string, type = 'application/json'): Promise<Json> => {
      const headers = { 'content-type': type, 'A2A-Version': '1.0' }
      const answer: Json = await (await fetch(url, { method: 'POST', headers, body })).json()
      return answer
    }
    const get = { jsonrpc: '2.0', id: 'x', method: 'GetTask', params: { id: 'none' } }
    expect(await send(JSON.stringify(get))).toEqual({
      jsonrpc: '2.0',
      id: 'x',
      error: {
        code: -32_001,
        message: expect.stringMatching(/no task/),
        data: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'TASK_NOT_FOUND',
            domain: 'a2a-protocol.org',
          },
        ],
      },
    })
    expect(await send('{')).toMatchObject({ id: null, error: { code: -32_700 } })
    expect(await send('[]')).toMatchObject({ id: null, error: { code: -32_600 } })
    expect(await send('null')).toMatchObject({ error: { code: -32_600 } })
    expect(await send(JSON.stringify({ ...get, params: [] }))).toMatchObject({ error: { code: -32_602 } })
    expect(await send(JSON.stringify({ ...get, method: 'Nothing' }))).toMatchObject({
      error: { code: -32_601 },
    })
    expect(await send(JSON.stringify(get), 'text/plain')).toMatchObject({ error: { code: -32_005 } })
  })

  test('JSONRPC-SSE-001 HTTP_JSON-SSE-001: streams over HTTP are Server-Sent Events that say where they stand', async () => {
    for (const name of ['JSONRPC', 'HTTP+JSON'] as const) {
      const stream = await using(name).stream('SendStreamingMessage', said('stream: a b'))
      const events = await all(stream.events)
      expect(events).toHaveLength(5)
      expect(stream.ids.map(Number)).toEqual(stream.ids.map(Number).toSorted((a, b) => a - b))
      expect(stream.ids).not.toContain(undefined)
    }
  })

  test('HTTP_JSON-URL-001 HTTP_JSON-URL-002 HTTP_JSON-QP-001 HTTP_JSON-SVC-001: paths, methods, query and media type of HTTP+JSON', async () => {
    const base = scene.served().card.supportedInterfaces[1]?.url ?? ''
    const headers = { 'A2A-Version': '1.0' }
    const listed = await fetch(`${base}/tasks?pageSize=1&contextId=mine&historyLength=0`, { headers })
    expect(listed.headers.get('content-type')).toBe('application/a2a+json')
    expect(await listed.json()).toMatchObject({ pageSize: 1 })
    const task = await (await fetch(`${base}/tasks?pageSize=1`, { headers })).json()
    const id = String(at(task, 'tasks', 0, 'id'))
    expect((await fetch(`${base}/tasks/${id}`, { headers })).status).toBe(200)
    expect((await fetch(`${base}/tasks/${id}`, { headers, method: 'POST' })).status).toBe(404)
    expect((await fetch(`${base}/message:send`, { headers })).status).toBe(404)
    expect((await fetch(`${base}/nothing/at/all`, { headers })).status).toBe(404)
    // A tenant has its own tasks.
    expect((await fetch(`${base}/acme/tasks/${id}`, { headers })).status).toBe(404)
  })

  test('HTTP_JSON-ERR-001 HTTP_JSON-ERR-002 HTTP_JSON-STATUS-001: errors of HTTP+JSON are those of AIP-193', async () => {
    const base = scene.served().card.supportedInterfaces[1]?.url ?? ''
    const answer = await fetch(`${base}/tasks/none`, { headers: { 'A2A-Version': '1.0' } })
    expect(answer.status).toBe(404)
    expect(await answer.json()).toEqual({
      error: {
        code: 404,
        status: 'NOT_FOUND',
        message: expect.stringMatching(/no task/),
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'TASK_NOT_FOUND',
            domain: 'a2a-protocol.org',
          },
        ],
      },
    })
    const plain = {
      method: 'POST',
      headers: { 'A2A-Version': '1.0', 'content-type': 'text/plain' },
      body: 'x',
    }
    expect((await fetch(`${base}/message:send`, plain)).status).toBe(400)
    const broken = {
      ...plain,
      headers: { ...plain.headers, 'content-type': 'application/json' },
      body: '{',
    }
    expect(await (await fetch(`${base}/message:send`, broken)).json()).toMatchObject({
      error: { status: 'INVALID_ARGUMENT' },
    })
  })

  test('GRPC-SVC-001 GRPC-SVC-002 GRPC-ERR-001 GRPC-ERR-002 GRPC-ERR-003: gRPC has the service, its codes with ErrorInfo, and streams of its own', async () => {
    const binding = using('GRPC')
    expect(await binding.call('GetTask', { id: 'none' })).toMatchObject({
      code: 5,
      reason: 'TASK_NOT_FOUND',
    })
    const stream = await binding.stream('SendStreamingMessage', said('stream: one two'))
    expect(payloads(await all(stream.events))).toEqual([
      'task',
      'statusUpdate',
      'artifactUpdate',
      'artifactUpdate',
      'statusUpdate',
    ])
  })
})

describe('of all bindings', () => {
  test('BIND-EQUIV-001 BIND-EQUIV-002: they do the same, with the same results', async () => {
    const results = await Promise.all(
      names.map((name) => taskOf(using(name), 'tck-artifact-text', { contextId: 'same' })),
    )
    const plain = results.map((task) => ({
      ...task,
      id: '',
      status: { state: at(task, 'status', 'state') },
      history: [],
    }))
    expect(plain[1]).toEqual(plain[0])
    expect(plain[2]).toEqual(plain[0])
    // What one made, the others see.
    for (const name of names)
      for (const task of results)
        expect(at((await using(name).call('GetTask', { id: task.id })).result, 'artifacts')).toEqual(
          at(task, 'artifacts'),
        )
  })

  test('BIND-EQUIV-003: they refuse with the same reasons, in their own codes', async () => {
    for (const name of names)
      expect(await using(name).call('GetTask', { id: 'none' })).toMatchObject(refusal(name, 'TASK_NOT_FOUND'))
  })
})
