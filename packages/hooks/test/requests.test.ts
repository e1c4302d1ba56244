import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { HookVerdict } from '@keepup/core'
import { expect, onTestFinished, test } from 'vitest'

import { createHooks, readClaudeHooks } from '../src/index.ts'
import { situationOf, toolRequested } from './moment.ts'

/** A server that answers every request in one way; gives its address. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // A server that listens on a port has such an address.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
}

async function ask(url: string, more: object = {}): Promise<HookVerdict> {
  const entry = { type: 'http', url, timeout: 5, ...more }
  const { hooks } = readClaudeHooks({ hooks: { PreToolUse: [{ hooks: [entry] }] } })
  const environment = { TOKEN: 'a-token', SECRET: 'a-secret' }
  return createHooks({ hooks, environment }).run(toolRequested(), situationOf())
}

const denied = (reason: RegExp): HookVerdict => ({
  decision: { type: 'deny', reason: expect.stringMatching(reason) },
})

test('a request has the payload as its body, and headers with the variables that are allowed', async () => {
  const seen: unknown[] = []
  const url = await serve((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { 'x-token': token, 'x-secret': secret } = request.headers
      seen.push([request.method, token, secret, JSON.parse(Buffer.concat(parts).toString())])
      response.end('{"decision":"block","reason":"no"}')
    })
  })
  // oxlint-disable-next-line no-template-curly-in-string
  const headers = { 'X-Token': 'Bearer ${TOKEN}', 'X-Secret': '<$SECRET>' }
  expect(await ask(url, { headers, allowedEnvVars: ['TOKEN'] })).toMatchObject(denied(/^no$/))
  expect(seen).toEqual([
    [
      'POST',
      'Bearer a-token',
      '<>',
      expect.objectContaining({ tool_name: 'Bash', hook_event_name: 'PreToolUse' }),
    ],
  ])
})

test('an empty answer says nothing', async () => {
  expect(await ask(await serve((_, response) => response.end()))).toEqual({})
})

test.each<[string, (request: IncomingMessage, response: ServerResponse) => void, RegExp]>([
  ['a status that is no success', (_, response) => response.writeHead(500).end('{}'), /status 500/],
  [
    'another address',
    ({ url }, response) => {
      if (url === '/other') response.end('{}')
      else response.writeHead(307, { location: '/other' }).end()
    },
    /failed/,
  ],
  ['no JSON', (_, response) => response.end('{not json'), /no JSON/],
  ['too much', (_, response) => response.end(' '.repeat(1_100_000)), /more than 1 MiB/],
  ['the end of the connection', (request) => request.socket.destroy(), /failed/],
  ['nothing in time', () => {}, /longer than 0\.2 s/],
])('a guard that answers with %s denies', async (_, answer, reason) => {
  const late = reason.source.includes('longer') ? { timeout: 0.2 } : {}
  expect(await ask(await serve(answer), late)).toMatchObject(denied(reason))
})

test('a guard that cannot be reached denies', async () => {
  expect(await ask('http://127.0.0.1:1/')).toMatchObject(denied(/failed/))
})
