import { once } from 'node:events'
import { type OutgoingHttpHeaders, request } from 'node:http'

import { type Attack, testAttacks } from '@keepup/vitest/attack'
import { onTestFinished } from 'vitest'

import { type HttpDefences, httpDefences } from '../../src/serve/http-defences.ts'
import { refuseRequest } from '../../src/serve/http-guard.ts'
import { serveGuarded } from '../../src/serve/serve-guarded.ts'
import { exampleTools, serveParts } from '../serve/serve-harness.ts'

const token = 'the-token-of-the-test'

async function serve(off: Partial<HttpDefences>, isOpen = false): Promise<string> {
  const options = { port: 0, ...(isOpen ? {} : { token }) }
  const served = await serveGuarded(serveParts(exampleTools()), options, { ...httpDefences, ...off })
  onTestFinished(() => served[Symbol.asyncDispose]())
  return served.url
}

const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' }
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'attacker', version: '1' } },
}

interface Answered {
  readonly status: number | undefined
  readonly session: string
}

/** Sends a message with any headers, also those that browsers set themselves. */
async function post(url: string, message: object, more: OutgoingHttpHeaders): Promise<Answered> {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const sent = request(url, { method: 'POST', headers: { ...headers, ...more } })
  sent.end(JSON.stringify(message))
  const [response] = (await once(sent, 'response')) as [
    { statusCode?: number; headers: Record<string, string | undefined>; resume(): void },
  ]
  response.resume()
  return { status: response.statusCode, session: response.headers['mcp-session-id'] ?? '' }
}

const bearing = (bearer: string): OutgoingHttpHeaders => ({ authorization: `Bearer ${bearer}` })
const owner = bearing(token)

/** What a page sends that a browser was led to by a name that leads here, or that sends from elsewhere. */
const pages: readonly OutgoingHttpHeaders[] = [
  { host: 'evil.example' },
  { host: 'evil.example:8080' },
  { host: '127.0.0.1.evil.example' },
  { host: 'localhost.evil.example' },
  { host: '0.0.0.0' },
  { host: '169.254.169.254' },
  { origin: 'https://evil.example' },
  { origin: 'http://localhost.evil.example' },
  { origin: 'http://127.0.0.1.evil.example' },
  { origin: 'null' },
]

const rebinding: readonly Attack[] = pages.map((headers) => ({
  id: 'mcp-21',
  name: `a page of a browser comes with ${JSON.stringify(headers)}`,
  without: 'a look at Host and Origin',
  async succeeds(isDefended) {
    const url = await serve(isDefended ? {} : { refuse: () => undefined }, true)
    return (await post(url, initialize, headers)).status === 200
  },
}))

/** A guard that lets in whoever has a session. */
const sessionsLetIn: HttpDefences['refuse'] = (sent, access) =>
  sent.headers['mcp-session-id'] === undefined
    ? refuseRequest(sent, access)
    : refuseRequest(sent, { hosts: access.hosts })

let counted = 0
const sessions: readonly Attack[] = [
  ...[{}, bearing('another-token'), bearing(`${token}x`)].map((headers) => ({
    id: 'mcp-22',
    name: `a session of another is used with ${JSON.stringify(headers)}`,
    without: 'a token with each request',
    async succeeds(isDefended: boolean) {
      const url = await serve(isDefended ? {} : { refuse: sessionsLetIn })
      const { session } = await post(url, initialize, owner)
      return (await post(url, list, { ...headers, 'mcp-session-id': session })).status === 200
    },
  })),
  {
    id: 'mcp-22',
    name: 'a session is begun under an id that the attacker chose',
    without: 'ids of our own',
    async succeeds(isDefended) {
      const chosen = 'chosen-by-the-attacker'
      const url = await serve(isDefended ? {} : { sessionId: () => chosen })
      await post(url, initialize, { ...owner, 'mcp-session-id': chosen })
      await post(url, initialize, owner)
      return (await post(url, list, { ...owner, 'mcp-session-id': chosen })).status === 200
    },
  },
  {
    id: 'mcp-22',
    name: 'the next session is guessed from those before',
    without: 'ids of chance',
    async succeeds(isDefended) {
      const url = await serve(isDefended ? {} : { sessionId: () => `session-${counted++}` })
      const seen: string[] = []
      for (let time = 0; time < 3; time++) seen.push((await post(url, initialize, owner)).session)
      await post(url, initialize, owner)
      const [, , last = ''] = seen
      const next = last.replace(/\d+$/, (digits) => String(Number(digits) + 1))
      return next !== last && (await post(url, list, { ...owner, 'mcp-session-id': next })).status === 200
    },
  },
  {
    id: 'mcp-22',
    name: 'sessions are so few that all can be tried',
    without: 'ids of 128 bits and more',
    async succeeds(isDefended) {
      const url = await serve(
        isDefended ? {} : { sessionId: () => String(Math.floor(Math.random() * 10_000)) },
      )
      const { session } = await post(url, initialize, owner)
      return session.length * Math.log2(64) < 128
    },
  },
]

testAttacks([...rebinding, ...sessions])
