import type { IncomingHttpHeaders } from 'node:http'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib'

import { type Clock, KeepupError } from '@keepup/core'
import { atMost, collectAtMost, type Exchange, hostOf } from '@keepup/network'

import { exchangeFailure } from './exchange-failure.ts'
import { webFailure } from './web-failure.ts'
import type { WebLimits } from './web-limits.ts'
import { withLeastRate } from './with-least-rate.ts'

/** What reading needs. */
export interface ReadingParts {
  readonly url: URL
  readonly limits: WebLimits
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** The codings that are asked for. */
export const acceptedCodings = 'gzip, br, zstd'

/**
 * Reads an answer's body, decompressed. Fails `response-too-large` at the first byte too much, received or decompressed, `response-too-slow`,
 * `response-truncated`, `response-malformed`; the socket is closed then.
 */
export async function readBody(exchange: Exchange, parts: ReadingParts): Promise<Buffer> {
  const { response } = exchange
  const { url, limits } = parts
  const host = hostOf(url)
  let received = 0
  const counted = (source: AsyncIterable<Buffer>): AsyncIterable<Buffer> =>
    atMost(
      source,
      limits.mostReceived,
      () => tooLarge(host, limits.mostReceived, 'received'),
      (size) => (received = size),
    )
  let body = Buffer.alloc(0)
  const collected = async (source: AsyncIterable<Buffer>): Promise<void> => {
    body = await collectAtMost(source, limits.mostBody, () => tooLarge(host, limits.mostBody, 'decompressed'))
  }
  try {
    const length = Number(response.headers['content-length'] ?? 0)
    if (length > limits.mostReceived) throw tooLarge(host, limits.mostReceived, 'received')
    const decoder = decoderOf(response.headers, host)
    const slow = (): Error => tooSlow(host, limits)
    await withLeastRate(
      parts,
      () => received,
      slow,
      (signal) =>
        decoder === undefined
          ? pipeline(response, counted, collected, { signal })
          : pipeline(response, counted, decoder, collected, { signal }),
    )
  } catch (error) {
    response.destroy()
    parts.signal.throwIfAborted()
    throw KeepupError.is(error) ? error : exchangeFailure(exchange.fault() ?? error, url, true)
  }
  return body
}

function decoderOf(headers: IncomingHttpHeaders, host: string): Transform | undefined {
  const coding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (coding === '' || coding === 'identity') return undefined
  if (coding === 'gzip' || coding === 'x-gzip') return createGunzip()
  if (coding === 'deflate') return createInflate()
  if (coding === 'br') return createBrotliDecompress()
  // RFC 9659: no more than 8 MiB of window.
  if (coding === 'zstd') return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } })
  throw webFailure(
    'response-malformed',
    `${host} sent a page in a coding that was not asked for, or in several at once. Use another source.`,
  )
}

function tooLarge(host: string, most: number, how: 'received' | 'decompressed'): Error {
  return webFailure(
    'response-too-large',
    `${host} sent more than ${Math.floor(most / 1024)} KiB (${how}), which is refused. Ask for a smaller page, or fetch it with a program.`,
  )
}

function tooSlow(host: string, { leastRate, rateTime }: WebLimits): Error {
  return webFailure(
    'response-too-slow',
    `${host} sent less than ${leastRate} bytes a second over ${rateTime} ms and was left. Try again later, or use another source.`,
  )
}
