import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { KeepupError } from '@keepup/core'
import { expect, onTestFinished, test } from 'vitest'

import { connectAgent, type ConnectOptions } from '../../src/protocol/client/index.ts'

const headers = { Authorization: 'Bearer secret' }
const card = {
  name: 'Ada',
  description: '',
  version: '1',
  capabilities: {},
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [],
}

/** A server of one card, whose interfaces lie elsewhere. */
async function cardOf(...urls: readonly string[]): Promise<string> {
  const supportedInterfaces = urls.map((url) => ({
    url,
    protocolBinding: url.startsWith('http') ? 'JSONRPC' : 'GRPC',
    protocolVersion: '1.0',
  }))
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ...card, supportedInterfaces }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const options: ConnectOptions = { reach: { allowHosts: ['127.0.0.1'] }, retries: 0 }

test.each(['https://thief.example/rpc', 'https://127.0.0.1.thief.example/rpc', 'nowhere'])(
  'a card that leads to %s is refused where a token would go along',
  async (place) => {
    const url = await cardOf(place)
    const failed = await connectAgent({ url }, { ...options, headers }).catch((error: unknown) => error)
    expect(KeepupError.is(failed, 'card-refused')).toBe(true)
    expect(String(failed)).toContain('not meant to go')
    expect(String(failed)).not.toContain('secret')
  },
)

test('control: without anything to steal the same card may be used', async () => {
  const url = await cardOf('https://thief.example/rpc')
  expect((await connectAgent({ url }, options)).card.name).toBe('Ada')
})

test('another port of the host that was named is used, and so is a host that was named besides', async () => {
  const near = await cardOf('http://127.0.0.1:9/rpc', 'https://thief.example/rpc')
  expect((await connectAgent({ url: near }, { ...options, headers })).card.name).toBe('Ada')
  const far = await cardOf('https://partner.example/rpc')
  const named = { ...options, headers, reach: { allowHosts: ['127.0.0.1', 'partner.example'] } }
  expect((await connectAgent({ url: far }, named)).card.name).toBe('Ada')
})

test('a gRPC interface on the same host is kept, with its name written in either way', async () => {
  const url = await cardOf('127.0.0.1:10000')
  const connected = await connectAgent({ url }, { ...options, headers, bindings: ['GRPC'] })
  expect(connected.card.name).toBe('Ada')
})
