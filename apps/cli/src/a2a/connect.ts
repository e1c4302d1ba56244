import { connectAgent, type ConnectedAgent, type ConnectOptions } from '@keepup/a2a/client'
import type { ObserveCall } from '@keepup/core'

import { usageError } from '../error-report.ts'
import type { Host } from '../host.ts'
import type { A2aFlags } from './a2a-flags.ts'

const bindings = { jsonrpc: 'JSONRPC', http: 'HTTP+JSON', grpc: 'GRPC' } as const

/** Connects to the agent that a person named: its host may be reached wherever it lies, and no other that is not public. */
export async function connect(
  host: Host,
  address: string,
  { header = [], binding }: A2aFlags,
  observe?: ObserveCall,
): Promise<ConnectedAgent> {
  const url = agentUrl(address)
  const { headers, ...connection } = connectionOf(host, url)
  // Who mistyped an address is told soon; an answer that was begun is worth waiting for.
  const agent = await connectAgent(
    { url: url.href },
    {
      ...connection,
      retries: 1,
      ...(observe === undefined ? {} : { observe, under: () => host.environment['TRACEPARENT'] }),
      headers: { ...headers, ...Object.fromEntries(header.map(parseHeader)) },
      ...(binding === undefined ? {} : { bindings: [bindings[binding]] }),
    },
  )
  return { ...agent, retries: 10 }
}

/** How an agent that a person named is connected to; `KEEPUP_A2A_TOKEN` goes along. */
export function connectionOf({ environment, clock }: Host, url: URL): ConnectOptions {
  const token = environment['KEEPUP_A2A_TOKEN'] ?? ''
  const headers: Record<string, string> = token === '' ? {} : { Authorization: `Bearer ${token}` }
  return { reach: { allowHosts: hostsOf(url) }, headers, clock }
}

/** The names of this machine are one place. */
function hostsOf({ hostname }: URL): readonly string[] {
  return loopback.includes(hostname) ? loopback : [hostname]
}

const loopback: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/** `localhost:8080` is an address too. */
export function agentUrl(address: string): URL {
  const url = URL.parse(/^https?:\/\//i.test(address) ? address : `http://${address}`)
  if (url === null || url.hostname === '')
    throw usageError(
      `${address} is no address of an agent`,
      'give its URL, such as https://agent.example or localhost:8080',
    )
  return url
}

function parseHeader(text: string): readonly [string, string] {
  const [, name, value] = /^([\w-]+): *(.+)$/.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw usageError(`--header ${text.slice(0, 20)} is no header`, "write it as 'Name: value'")
  return [name, value]
}
