import type { Clock } from '@keepup/core'
import type { Context, MiddlewareHandler } from 'hono'

import { problem } from './problem.ts'

/** So many clients are counted apart. */
const mostClients = 1024

interface Bucket {
  left: number
  filled: number
}

/**
 * Lets each client make `rate` requests a second, and twice as many at once (a token bucket). A request that is refused for who asks counts ten times, so that nobody
 * guesses for long. Answers 429 and says when to come again.
 */
export function rateLimit(
  rate: number,
  clock: Clock,
  clientOf: (context: Context) => string,
): MiddlewareHandler {
  const buckets = new Map<string, Bucket>()
  return async (context, next) => {
    const bucket = take(buckets, clientOf(context), rate, clock.now())
    if (bucket.left < 1) {
      const wait = Math.ceil((1 - bucket.left) / rate)
      return problem(429, 'database-busy', `Too many requests. Come again in ${wait} s.`, {
        'retry-after': String(wait),
      })
    }
    bucket.left -= 1
    await next()
    if (context.res.status === 401 || context.res.status === 403) bucket.left -= 9
    return undefined
  }
}

function take(buckets: Map<string, Bucket>, client: string, rate: number, now: number): Bucket {
  const most = rate * 2
  const known = buckets.get(client) ?? { left: most, filled: now }
  known.left = Math.min(most, known.left + ((now - known.filled) / 1000) * rate)
  known.filled = now
  buckets.delete(client)
  // The one that was quiet longest is forgotten, which forgives it at most what it had.
  if (buckets.size >= mostClients) buckets.delete(buckets.keys().next().value ?? '')
  buckets.set(client, known)
  return known
}
