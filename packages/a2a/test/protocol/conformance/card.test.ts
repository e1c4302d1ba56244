import { describe, expect, test, vi } from 'vitest'

import { at, items } from '../bindings.ts'
import { names, openScene } from './scene.ts'

vi.setConfig({ testTimeout: 30_000 })

const scene = openScene()

describe('the card', () => {
  const read = (
    headers: Readonly<Record<string, string>> = {},
    path = '/.well-known/agent-card.json',
  ): Promise<Response> => fetch(`${scene.served().url}${path}`, { headers })

  test('CARD-DISC-001 CARD-STRUCT-001 CARD-PROTO-001 CARD-PROTO-002 BIND-FIELD-001: it is found, whole, and names every binding with its URL', async () => {
    const card = await (await read()).json()
    expect(card).toMatchObject({
      name: 'Echo',
      description: expect.any(String),
      version: '1.2.3',
      capabilities: { streaming: true, pushNotifications: true },
      skills: [{ id: 'echo', tags: ['text'] }],
      defaultInputModes: expect.arrayContaining(['text/plain']),
      defaultOutputModes: expect.arrayContaining(['text/plain']),
    })
    expect(card).not.toHaveProperty('url')
    const interfaces = items(at(card, 'supportedInterfaces'))
    expect(new Set(interfaces.map((one) => at(one, 'protocolBinding')))).toEqual(new Set(names))
    for (const one of interfaces)
      expect(one).toMatchObject({
        url: expect.stringMatching(/./),
        protocolVersion: expect.stringMatching(/^\d+\.\d+$/),
      })
  })

  test('CARD-CACHE-001 CARD-CACHE-002 CARD-CACHE-003: it may be kept, and asked for again without being sent', async () => {
    const { headers } = await read()
    expect(headers.get('cache-control')).toMatch(/max-age=\d+/)
    expect(headers.get('last-modified')).toMatch(/GMT$/)
    const etag = headers.get('etag') ?? ''
    expect(etag).toMatch(/^"/)
    expect((await read({ 'if-none-match': `"other", ${etag}` })).status).toBe(304)
    expect((await read({ 'if-none-match': '"other"' })).status).toBe(200)
  })

  test('VER-SERVER-003: a request that names no version is one of 0.3', async () => {
    const url = scene.served().card.supportedInterfaces[0]?.url ?? ''
    const message = {
      kind: 'message',
      messageId: 'older-1',
      role: 'user',
      parts: [{ kind: 'text', text: 'hi' }],
    }
    for (const version of [{}, { 'A2A-Version': '' }, { 'A2A-Version': '0.3' }]) {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'message/send', params: { message } })
      const headers = { 'content-type': 'application/json', ...version }
      const answer = await (await fetch(url, { method: 'POST', headers, body })).json()
      expect(answer).toMatchObject({ result: { kind: 'task', status: { state: 'completed' } } })
    }
    const older = await (await read({ 'A2A-Version': '0.3' })).json()
    expect(older).toMatchObject({
      url,
      preferredTransport: 'JSONRPC',
      protocolVersion: '0.3.0',
      supportedInterfaces: expect.any(Array),
    })
    const oldest = await (await read({}, '/.well-known/agent.json')).json()
    expect(oldest).toEqual(older)
  })
})
