import { type IncomingMessage, request as requestPlain, type RequestOptions } from 'node:http'
import { request as requestSecure } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { SecureContext } from 'node:tls'

import { KeepupError } from '@keepup/core'

import type { Defences } from '../defences.ts'
import { oauthFailure } from '../oauth-failure.ts'
import { addressKind } from './address-kind.ts'
import { addressRefused } from './check-url.ts'
import { hostOf, mayReach, type NetworkParts, resolveHost } from './reach.ts'

/** How many answers with a status of 1xx may come before the one that counts. */
const mostProvisional = 20

/** A request as it goes out. */
export interface SentRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

interface Exchanging {
  readonly parts: NetworkParts
  /** What certificates are judged by; that of Node when left out. */
  readonly trust: SecureContext | undefined
  readonly defences: Defences
  readonly signal: AbortSignal
}

/** Sends one request to an address that was judged and reads the whole answer, whatever its status. Follows nothing. */
export async function exchange(sent: SentRequest, exchanging: Exchanging): Promise<Response> {
  const address = await judgedAddress(sent.url, exchanging)
  exchanging.signal.throwIfAborted()
  const answer = await open(sent, address, exchanging)
  const body = await read(answer, sent.url, exchanging.parts)
  const status = answer.statusCode ?? 0
  if (status < 200 || status > 599) throw malformed(sent.url)
  const hasBody = status !== 204 && status !== 205 && status !== 304
  return new Response(hasBody ? body : null, { status, headers: headersOf(answer) })
}

/** Asks once where a host lies, and judges every answer: one that may not be reached refuses them all. */
async function judgedAddress(url: URL, { parts, defences, signal }: Exchanging): Promise<string> {
  const host = hostOf(url)
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  const found = await Promise.race([resolveHost(host, parts.reach), aborted])
  const refused = found.find((address) => !mayReach(url, addressKind(address), parts))
  if (refused !== undefined && defences.publicAddresses)
    throw addressRefused(url, refused, addressKind(refused))
  const [first] = found
  if (first === undefined)
    throw oauthFailure('connection-failed', `There is no host ${host}. Check the name, or the network.`)
  if (defences.pinnedAddresses) return first
  const [later] = await resolveHost(host, parts.reach)
  return later ?? first
}

function open(
  sent: SentRequest,
  address: string,
  { parts, trust, signal }: Exchanging,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { url } = sent
    const begin = url.protocol === 'https:' ? requestSecure : requestPlain
    const request = begin({ ...optionsOf(sent, address, parts, trust), signal })
    let provisional = 0
    request.on('information', () => {
      if (++provisional > mostProvisional) request.destroy(malformed(url))
    })
    request.on('response', resolve)
    request.on('upgrade', (_answer, socket) => {
      socket.destroy()
      reject(malformed(url))
    })
    request.on('error', (error) =>
      reject(signal.aborted || KeepupError.is(error) ? error : unreachable(url, error)),
    )
    request.end(sent.body)
  })
}

function optionsOf(
  { url, method, headers }: SentRequest,
  address: string,
  { route }: NetworkParts,
  trust: SecureContext | undefined,
): RequestOptions {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const target = route?.(address, port) ?? { host: address, port }
  const host = hostOf(url)
  return {
    agent: false,
    method,
    path: `${url.pathname}${url.search}`,
    host: target.host,
    port: target.port,
    lookup: pinned(target.host),
    headers: { ...headers, host: url.host, 'accept-encoding': 'identity', connection: 'close' },
    maxHeaderSize: 16 * 1024,
    // TLS knows the server by its name, not by the address; a literal address has no name to send.
    ...(url.protocol === 'https:' && {
      servername: isIP(host) === 0 ? host : '',
      rejectUnauthorized: true,
      ...(trust !== undefined && { secureContext: trust }),
    }),
  }
}

function pinned(address: string): LookupFunction {
  const family = isIP(address)
  return (_host, options, answer) => {
    if (options.all === true) answer(null, [{ address, family }])
    else answer(null, address, family)
  }
}

async function read(
  answer: IncomingMessage,
  url: URL,
  { mostBody }: NetworkParts,
): Promise<Uint8Array<ArrayBuffer>> {
  const coding = answer.headers['content-encoding'] ?? 'identity'
  if (coding !== 'identity') {
    answer.destroy()
    throw malformed(url)
  }
  const chunks: Buffer[] = []
  let received = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      received += chunk.length
      if (received > mostBody) throw tooLarge(url, mostBody)
      chunks.push(chunk)
    }
  } catch (error) {
    throw KeepupError.is(error) ? error : unreachable(url, error)
  } finally {
    answer.destroy()
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function headersOf(answer: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values] of Object.entries(answer.headersDistinct))
    for (const value of values ?? []) headers.append(name, value)
  return headers
}

function tooLarge(url: URL, most: number): Error {
  return oauthFailure(
    'answer-too-large',
    `${hostOf(url)} sent more than ${Math.floor(most / 1024)} KiB, which no document of OAuth needs. The rest was not read. Tell whoever runs it.`,
  )
}

function malformed(url: URL): Error {
  return oauthFailure(
    'answer-malformed',
    `${hostOf(url)} answered with what is no plain HTTP answer. Check the URL of the server.`,
  )
}

function unreachable(url: URL, error: unknown): Error {
  return oauthFailure(
    'connection-failed',
    `${hostOf(url)} cannot be reached, or its certificate cannot be trusted. Check the network, then try again.`,
    error,
  )
}
