import { type IncomingMessage, request as requestPlain, type RequestOptions } from 'node:http'
import { request as requestSecure } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { addAbortSignal } from 'node:stream'
import type { SecureContext } from 'node:tls'

import { hostOf } from './host-of.ts'
import type { PinnedAddress } from './pin-address.ts'
import { portOf } from './port-of.ts'

/** A request as it is sent. No cookie, no credential and no Referer is ever added. */
export interface SentRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | undefined
}

/** What the errors of an exchange are called where it is made. */
export interface ExchangeFailures {
  /** The socket, TLS or the HTTP parser failed; or there is no address. */
  broken(error: unknown): Error
  /** More answers with a status of 1xx came than are borne. */
  neverFinal(): Error
  /** The server switched to another protocol. */
  upgraded(): Error
}

/** Where a request goes and what is borne. */
export interface ExchangeParts {
  /** The first that answers is taken. They are given to the socket as they are: judge them before. */
  readonly addresses: readonly PinnedAddress[]
  /** That of the URL when left out. */
  readonly port?: number
  /** What certificates are judged by; the authorities of Node when left out. */
  readonly trust?: SecureContext | undefined
  /** In bytes: the most that the headers of the answer may be. */
  readonly mostHeaders: number
  readonly failures: ExchangeFailures
  /** Closes the socket. */
  readonly signal: AbortSignal
}

/** An answer whose headers have come. */
export interface Exchange {
  readonly response: IncomingMessage
  /** What went wrong with the connection since. */
  readonly fault: () => Error | undefined
}

/** How many answers with a status of 1xx may come before the one that counts. */
const mostProvisional = 20

/**
 * Sends a request to addresses that were judged: the socket is given these and asks no resolver, whatever the name's addresses are by now. One connection a
 * request, no proxy whatever the environment says; certificates are always checked, for the name. Follows nothing. Rejects as `failures` say, or once aborted.
 */
export function openExchange(sent: SentRequest, parts: ExchangeParts): Promise<Exchange> {
  const { addresses, failures, signal } = parts
  const [first] = addresses
  if (first === undefined) return Promise.reject(failures.broken(new Error('There is no address')))
  return new Promise((resolve, reject) => {
    let fault: Error | undefined
    let refusal: Error | undefined
    const begin = sent.url.protocol === 'https:' ? requestSecure : requestPlain
    const request = begin(optionsOf(sent, first, parts))
    request.on('response', (response) => {
      // Of an answer without a length, an end that the signal made would look like its own.
      addAbortSignal(signal, response)
      // Whoever reads the body is told by the stream; before that, an error must not end the process.
      response.on('error', () => {})
      resolve({ response, fault: () => fault })
    })
    request.on('error', (error) => {
      fault ??= error
      reject(signal.aborted || error === refusal ? error : failures.broken(error))
    })
    let provisional = 0
    request.on('information', () => {
      if (++provisional > mostProvisional) request.destroy((refusal ??= failures.neverFinal()))
    })
    request.on('upgrade', (_response, socket) => {
      socket.destroy()
      reject(failures.upgraded())
    })
    // Where neither came.
    request.on('close', () => reject(failures.broken(fault)))
    request.end(sent.body)
  })
}

function optionsOf(
  { url, method, headers }: SentRequest,
  first: PinnedAddress,
  { addresses, port = portOf(url), trust, mostHeaders, signal }: ExchangeParts,
): RequestOptions {
  const host = hostOf(url)
  const isName = isIP(host) === 0
  return {
    agent: false,
    // Node refuses every other than http: and https: by it.
    protocol: url.protocol,
    // A socket does not look up an address, so that one would not be pinned.
    host: isName ? host : first.address,
    port,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { ...headers, host: url.host },
    lookup: pinned(first, addresses),
    maxHeaderSize: mostHeaders,
    insecureHTTPParser: false,
    signal,
    // TLS knows the server by its name, not by the address; a literal address has no name to send (RFC 6066, 3).
    ...(url.protocol === 'https:' && {
      servername: isName ? host : '',
      rejectUnauthorized: true,
      ...(trust !== undefined && { secureContext: trust }),
    }),
  }
}

/** Answers the socket's question with what was judged. */
function pinned(first: PinnedAddress, addresses: readonly PinnedAddress[]): LookupFunction {
  return (_host, options, answer) => {
    if (options.all === true) answer(null, [...addresses])
    else answer(null, first.address, first.family)
  }
}
