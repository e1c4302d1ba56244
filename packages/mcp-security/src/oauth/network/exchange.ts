import type { IncomingMessage } from 'node:http'
import type { SecureContext } from 'node:tls'

import { KeepupError } from '@keepup/core'
import {
  collectAtMost,
  type ExchangeFailures,
  hostOf,
  openExchange,
  pinAddress,
  type PinnedAddress,
  portOf,
  resolveHost,
  type SentRequest,
} from '@keepup/network'

import type { Defences } from '../defences.ts'
import { oauthFailure } from '../oauth-failure.ts'
import { addressKind } from './address-kind.ts'
import { addressRefused } from './check-url.ts'
import { mayReach, type NetworkParts } from './reach.ts'

const mostHeaders = 16 * 1024

interface Exchanging {
  readonly parts: NetworkParts
  /** What certificates are judged by; that of Node when left out. */
  readonly trust: SecureContext | undefined
  readonly defences: Defences
  readonly signal: AbortSignal
}

/** Sends one request to an address that was judged and reads the whole answer, whatever its status. Follows nothing. */
export async function exchange(sent: SentRequest, exchanging: Exchanging): Promise<Response> {
  const { parts, signal } = exchanging
  const address = await judgedAddress(sent.url, exchanging)
  signal.throwIfAborted()
  const answer = await open(sent, address, exchanging)
  const body = await read(answer, sent.url, parts)
  const status = answer.statusCode ?? 0
  if (status < 200 || status > 599) throw malformed(sent.url)
  const hasBody = status !== 204 && status !== 205 && status !== 304
  return new Response(hasBody ? body : null, { status, headers: headersOf(answer) })
}

/** Asks once where a host lies, and judges every answer: one that may not be reached refuses them all. */
async function judgedAddress(url: URL, { parts, defences, signal }: Exchanging): Promise<PinnedAddress> {
  const found = await addressesOf(url, parts, signal)
  const refused = found.find((address) => !mayReach(url, addressKind(address), parts))
  if (refused !== undefined && defences.publicAddresses)
    throw addressRefused(url, refused, addressKind(refused))
  const [first] = found
  if (first === undefined)
    throw oauthFailure(
      'connection-failed',
      `There is no host ${hostOf(url)}. Check the name, or the network.`,
    )
  const [later = first] = defences.pinnedAddresses ? [] : await addressesOf(url, parts, signal)
  const pinned = pinAddress(later)
  if (pinned === undefined) throw addressRefused(url, later, addressKind(later))
  return pinned
}

/** None where the name is unknown. */
async function addressesOf(
  url: URL,
  { reach }: NetworkParts,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return await resolveHost(hostOf(url), { resolve: reach.resolve, signal })
  } catch {
    signal.throwIfAborted()
    return []
  }
}

async function open(
  { url, method, headers, body }: SentRequest,
  judged: PinnedAddress,
  { parts, trust, signal }: Exchanging,
): Promise<IncomingMessage> {
  const port = portOf(url)
  const target = parts.route?.(judged.address, port) ?? { host: judged.address, port }
  const address = pinAddress(target.host)
  const failures: ExchangeFailures = {
    broken: (error) => unreachable(url, error),
    neverFinal: () => malformed(url),
    upgraded: () => malformed(url),
  }
  const { response } = await openExchange(
    { url, method, headers: { ...headers, 'accept-encoding': 'identity', connection: 'close' }, body },
    {
      addresses: address === undefined ? [] : [address],
      port: target.port,
      trust,
      mostHeaders,
      failures,
      signal,
    },
  )
  return response
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
  try {
    return new Uint8Array(await collectAtMost(answer, mostBody, () => tooLarge(url, mostBody)))
  } catch (error) {
    throw KeepupError.is(error) ? error : unreachable(url, error)
  } finally {
    answer.destroy()
  }
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
