import { request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as requestSecure } from 'node:https'
import type { LookupFunction } from 'node:net'
import { rootCertificates } from 'node:tls'

import { KeepupError } from '@keepup/core'

import { exchangeFailure } from './exchange-failure.ts'
import type { JudgedAddress } from './judged-addresses.ts'
import { webFailure } from './web-failure.ts'
import { hostOf } from './web-reach.ts'

/** A request as it is sent. No cookie, no credential and no Referer is ever added. */
export interface WebCall {
  readonly url: URL
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** An answer whose headers have come. */
export interface Exchange {
  readonly response: IncomingMessage
  /** What went wrong with the connection since. */
  fault(): Error | undefined
}

/** @limit In bytes: the most that the headers of an answer may be. */
const mostHeaders = 16 * 1024
/** How many answers with a status of 1xx may come before the one that counts. */
const mostProvisional = 20

/**
 * Sends a request to addresses that were judged: the socket is given these and asks no resolver, whatever the name's addresses are by now. One connection a
 * request, no proxy whatever the environment says, and certificates are always checked. Fails as `exchangeFailure` says. The signal closes the socket.
 */
export function openExchange(
  { url, method = 'GET', headers, body }: WebCall,
  addresses: readonly JudgedAddress[],
  {
    authorities = [],
    signal,
  }: { readonly authorities?: readonly string[] | undefined; readonly signal: AbortSignal },
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    let fault: Error | undefined
    const begin: (options: object) => ClientRequest = url.protocol === 'https:' ? requestSecure : requestPlain
    const request = begin({
      agent: false,
      protocol: url.protocol,
      hostname: hostOf(url),
      port: url.port,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { ...headers, host: url.host },
      lookup: pinned(addresses),
      maxHeaderSize: mostHeaders,
      insecureHTTPParser: false,
      rejectUnauthorized: true,
      ...(authorities.length === 0 ? {} : { ca: [...rootCertificates, ...authorities] }),
      signal,
    })
    request.on('response', (response) => {
      // Whoever reads the body is told by the stream; before that, an error must not end the process.
      response.on('error', () => {})
      resolve({ response, fault: () => fault })
    })
    request.on('error', (error) => {
      fault ??= error
      reject(signal.aborted || KeepupError.is(error) ? error : exchangeFailure(error, url))
    })
    let provisional = 0
    request.on('information', () => {
      if (++provisional > mostProvisional) request.destroy(neverFinal(url))
    })
    request.on('upgrade', (_response, socket) => {
      socket.destroy()
      reject(otherProtocol(url))
    })
    // Where neither came.
    request.on('close', () => reject(exchangeFailure(fault, url)))
    request.end(body)
  })
}

function neverFinal(url: URL): Error {
  return webFailure(
    'response-malformed',
    `${hostOf(url)} sends answers that are never final (1xx), one after another. Use another source.`,
  )
}

function otherProtocol(url: URL): Error {
  return webFailure(
    'response-malformed',
    `${hostOf(url)} switched to another protocol, which nobody asked for. Use another source.`,
  )
}

/** Answers the socket's question with what was judged. */
function pinned(addresses: readonly JudgedAddress[]): LookupFunction {
  return (_host, options, answer) => {
    const [first] = addresses
    if (options.all === true) answer(null, [...addresses])
    else answer(null, first?.address ?? '', first?.family)
  }
}
