import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { JsonObject } from '@keepup/core'
import { createMcpHub, type HubParts, type McpHub } from '@keepup/mcp'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { onTestFinished } from 'vitest'

/** A request to a hostile server, and the raw response. */
export interface Hostility {
  readonly method: string
  readonly id: number | string | undefined
  readonly params: JsonObject
  readonly response: ServerResponse
  /** Answers as servers should. */
  readonly answer: (result: JsonObject) => void
}

/** An MCP server by HTTP (2025-11-25) with one tool, `t`, that does something else where `act` says so (true: it did). */
export async function hostileServer(act: (hostility: Hostility) => boolean | void): Promise<HostileServer> {
  const seen: string[] = []
  const http = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405).end()
      return
    }
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      const message: { readonly id?: number; readonly method: string; readonly params?: JsonObject } =
        JSON.parse(body)
      seen.push(message.method)
      const answer = (result: JsonObject): void => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }))
      }
      const { id, method, params = {} } = message
      if (act({ id, method, params, response, answer }) !== true) behave(method, id, response, answer)
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
  })
  // It listens on a port, not on a path.
  const { port } = http.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/mcp`
  return { url, count: (method) => seen.filter((each) => each === method).length }
}

/** How it is reached, and how often what was asked of it. */
export interface HostileServer {
  readonly url: string
  readonly count: (method: string) => number
}

function behave(
  method: string,
  id: number | string | undefined,
  response: ServerResponse,
  answer: (result: JsonObject) => void,
): void {
  const serverInfo = { name: 'hostile', version: '0' }
  if (method === 'initialize')
    answer({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo })
  else if (method === 'tools/list') answer({ tools: [{ name: 't', inputSchema: { type: 'object' } }] })
  else if (method === 'tools/call') answer({ content: [{ type: 'text', text: 'right' }] })
  else if (method === 'server/discover') response.writeHead(400).end()
  else if (id === undefined) response.writeHead(202).end()
  else answer({})
}

/** A hub with this server alone; it ends with the test. */
export function hubOf({ url }: HostileServer, parts: Partial<HubParts> = {}): McpHub {
  const hub = createMcpHub({
    definitions: [
      {
        name: 'hostile',
        transport: { type: 'http', url, headers: {} },
        enabled: true,
        source: { scope: 'user' },
        timeouts: { start: 3_000, call: 500, longest: 1_000 },
      },
    ],
    ...parts,
  })
  onTestFinished(() => hub[Symbol.asyncDispose]())
  return hub
}

/** The official SDK without anything of ours, connected; it ends with the test. */
export async function bareClient({ url }: HostileServer, options: object = {}): Promise<Client> {
  const client = new Client({ name: 'bare', version: '0' }, options)
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  onTestFinished(() => client.close())
  return client
}

/** The text of a call of `t`; `undefined` where it failed or did not end in time. */
export async function callText(
  call: Promise<{ readonly content: unknown }>,
  within: number,
): Promise<string | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), within).unref())
  const answer = await Promise.race([call.catch(() => undefined), late])
  const content: readonly { readonly text?: unknown }[] = Array.isArray(answer?.content) ? answer.content : []
  const text = content[0]?.text
  return typeof text === 'string' ? text : undefined
}
