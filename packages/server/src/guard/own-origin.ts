import type { MiddlewareHandler } from 'hono'

import { problem } from './problem.ts'

/**
 * Refuses requests that a page of another origin makes. Browsers name the origin in `Origin` where a request could change anything or read across origins, and in
 * `Sec-Fetch-Site` otherwise; programs name none, and need the token.
 */
export function ownOrigin(): MiddlewareHandler {
  return async (context, next) => {
    const origin = context.req.header('origin')
    const site = context.req.header('sec-fetch-site')
    const host = context.req.header('host') ?? ''
    // A link or a bookmark opens a page, and nothing else.
    const isVisit = context.req.method === 'GET' && context.req.header('sec-fetch-mode') === 'navigate'
    if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
      return problem(403, 'authorisation-failed', 'Pages of other origins may not use this server.')
    }
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isVisit) {
      return problem(403, 'authorisation-failed', 'Pages of other sites may not use this server.')
    }
    return next()
  }
}
