import { type Exchange, hostOf, openExchange as open, type PinnedAddress, trustOf } from '@keepup/network'

import { exchangeFailure } from './exchange-failure.ts'
import { webFailure } from './web-failure.ts'

/** A request as it is sent. */
export interface WebCall {
  readonly url: URL
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** @limit In bytes: the most that the headers of an answer may be. */
const mostHeaders = 16 * 1024

/** Sends a request to addresses that were judged, and to no other. Fails as `exchangeFailure` says. The signal closes the socket. */
export function openExchange(
  { method = 'GET', ...call }: WebCall,
  addresses: readonly PinnedAddress[],
  {
    authorities,
    signal,
  }: { readonly authorities?: readonly string[] | undefined; readonly signal: AbortSignal },
): Promise<Exchange> {
  const { url } = call
  const trust = url.protocol === 'https:' ? trustOf(authorities)() : undefined
  const failures = {
    broken: (error: unknown) => exchangeFailure(error, url),
    neverFinal: () => neverFinal(url),
    upgraded: () => otherProtocol(url),
  }
  return open({ ...call, method }, { addresses, trust, mostHeaders, failures, signal })
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
