import { AgentCard, type AgentInterface } from '@a2a-js/sdk'
import { duplicateInterfacesForLegacy } from '@a2a-js/sdk/compat/v0_3'
import type { A2ARequestHandler } from '@a2a-js/sdk/server'
import { getRequestListener } from '@hono/node-server'
import { KeepupError, systemClock } from '@keepup/core'

import { a2aCard } from './a2a-card.ts'
import type { Authenticator } from './auth/authenticator.ts'
import { serveGrpc, type ServedGrpc } from './grpc/serve-grpc.ts'
import { createHttpApp, jsonRpcPath, restPath } from './http/http-app.ts'
import { listenHttp } from './listen-http.ts'
import { openWork } from './open-work.ts'
import type { A2aServerOptions, A2aServerParts } from './server-parts.ts'

/** A server that listens. Disposing of it interrupts what runs, for another server to go on with. */
export interface ServedA2a extends AsyncDisposable {
  readonly url: string
  readonly grpcAddress: string | undefined
  readonly card: AgentCard
  /** Answers calls of the same process, without a network. */
  readonly handler: A2ARequestHandler
  /** Resolves once everything was looked through that servers left behind. */
  readonly swept: Promise<void>
}

const loopback = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Serves an agent over A2A 1.0 and 0.3: JSON-RPC, HTTP+JSON and, where asked for, gRPC. Goes on with the tasks of servers that are gone. Fails
 * `configuration-invalid` where it would be open to others without authentication, and where a port is taken.
 */
export async function serveA2a(parts: A2aServerParts, options: A2aServerOptions): Promise<ServedA2a> {
  const { host = '127.0.0.1', tls } = options
  const {
    authenticators: ways = [],
    cardWithoutVersion = '0.3',
    clock = systemClock,
    note = () => {},
  } = parts
  const name = host.includes(':') ? `[${host}]` : host
  checkAccess(name, ways)
  await using opening = new AsyncDisposableStack()
  // The card names the ports, so they are taken before anything is answered.
  const http = opening.use(await listenHttp(host, options.port, tls))
  const base = baseOf(options, `${name}:${http.port}`)
  let card: AgentCard | undefined
  const work = opening.use(openWork(parts, () => card ?? notYet()))
  const { handler } = work
  const grpc = await openGrpc(options, handler, ways)
  if (grpc !== undefined) opening.use(grpc)
  const grpcAddress = grpc === undefined ? undefined : `${name}:${grpc.port}`
  card = await cardOf(parts, ways, interfacesOf(base, grpcAddress))
  const swept = work.sweep()
  const hosts = [...new Set([...loopback, name, new URL(base).hostname])]
  const modified = new Date(clock.now()).toUTCString()
  const app = createHttpApp({ card, handler, ways, hosts, cardWithoutVersion, modified, note })
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  http.answerWith((request, response) => void answer(request, response))
  const stack = opening.move()
  return { url: base, grpcAddress, card, handler, swept, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

function baseOf({ publicUrl, tls }: A2aServerOptions, place: string): string {
  return publicUrl?.replace(/\/$/, '') ?? `${tls === undefined ? 'http' : 'https'}://${place}`
}

async function openGrpc(
  { host = '127.0.0.1', grpcPort: port, tls }: A2aServerOptions,
  handler: A2ARequestHandler,
  ways: readonly Authenticator[],
): Promise<ServedGrpc | undefined> {
  if (port === undefined) return undefined
  return serveGrpc({ handler, ways, host, port, ...(tls === undefined ? {} : { tls }) })
}

async function cardOf(
  { card: text, signCard, extendedCard }: A2aServerParts,
  ways: readonly Authenticator[],
  interfaces: readonly AgentInterface[],
): Promise<AgentCard> {
  const card = a2aCard(text, { interfaces, ways, extended: extendedCard !== undefined })
  // What is signed is the JSON form: the generator of the SDK would leave out the schemes of the other one.
  return signCard === undefined
    ? card
    : AgentCard.fromJSON(await signCard(AgentCard.toJSON(card) as AgentCard))
}

function notYet(): never {
  throw new KeepupError('interrupted', 'The server is starting. Try again.')
}

/** The bindings in the order of preference, each in both versions. */
function interfacesOf(base: string, grpcAddress: string | undefined): readonly AgentInterface[] {
  const current = { tenant: '', protocolVersion: '1.0' }
  const interfaces: AgentInterface[] = [
    { ...current, url: `${base}${jsonRpcPath}`, protocolBinding: 'JSONRPC' },
    { ...current, url: `${base}${restPath}`, protocolBinding: 'HTTP+JSON' },
    ...(grpcAddress === undefined ? [] : [{ ...current, url: grpcAddress, protocolBinding: 'GRPC' }]),
  ]
  return duplicateInterfacesForLegacy(interfaces, ['JSONRPC', 'HTTP+JSON', 'GRPC'])
}

function checkAccess(name: string, ways: readonly Authenticator[]): void {
  if (name === '0.0.0.0' || name === '[::]') {
    throw new KeepupError(
      'configuration-invalid',
      `${name} is every address of this machine. Name the one by which clients reach it: their requests are checked against it.`,
    )
  }
  if (ways.length === 0 && !loopback.includes(name)) {
    throw new KeepupError(
      'configuration-invalid',
      `Others reach ${name}: without authentication they could run the agent. Give an authenticator, or listen on 127.0.0.1.`,
    )
  }
}
