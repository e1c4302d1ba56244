import type { MiddlewareHandler } from 'hono'

import { problem } from './problem.ts'

/** Answers only requests for a host that is ours: a page whose name was pointed at this machine asks for its own (DNS rebinding). */
export function knownHost(hosts: readonly string[]): MiddlewareHandler {
  const known = new Set(hosts.map((host) => host.toLowerCase()))
  return async (context, next) => {
    const host = context.req.header('host')?.toLowerCase() ?? ''
    if (known.has(host)) return next()
    const detail = `This server is not "${host.slice(0, 200)}". Ask for ${[...known].join(' or ')}.`
    return problem(421, 'authorisation-failed', detail)
  }
}
