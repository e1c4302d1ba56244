import type { Milliseconds } from '@keepup/core'

/** How much of a server is borne. */
export interface WebLimits {
  /** From the request to the end of the answer's headers, name and connection included. */
  readonly headersTime: Milliseconds
  /** For a whole call, redirects included. */
  readonly totalTime: Milliseconds
  /** How often the rate is looked at. */
  readonly rateTime: Milliseconds
  /** In bytes a second, on average over `rateTime`. */
  readonly leastRate: number
  /** In bytes, as they come. */
  readonly mostReceived: number
  /** In bytes, after decompression. */
  readonly mostBody: number
}

/** @limit In milliseconds: how long a server may take to begin its answer. */
const headersTime = 15_000
/** @limit In milliseconds: how long a page may take, redirects included. */
const totalTime = 60_000
const rateTime = 10_000
/** @limit In bytes: the least that a server must send in a second, on average over ten. */
const leastRate = 512
/** @limit In bytes: the most that is received of a page. */
const mostReceived = 10 * 1024 * 1024
/** @limit In bytes: the most that a page may come to once it is decompressed. */
const mostBody = 16 * 1024 * 1024

/** The limits that hold where nobody says otherwise. */
export const usualLimits: WebLimits = {
  headersTime,
  totalTime,
  rateTime,
  leastRate,
  mostReceived,
  mostBody,
}
