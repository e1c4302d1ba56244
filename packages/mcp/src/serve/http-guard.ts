import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

import { validateHostHeader, validateOriginHeader } from '@modelcontextprotocol/server'

/** Who may speak to the server. */
export interface HttpAccess {
  /** The names under which it is reached, IPv6 in brackets, without a port. */
  readonly hosts: readonly string[]
  /** What clients must bear; anybody may come when left out. */
  readonly token?: string
}

/** Why a request is refused. */
export interface Refusal {
  readonly status: 401 | 403 | 404
  readonly message: string
}

/** The path that is served. */
export const mcpPath = '/mcp'

/**
 * Whether a request may come in. A page of a browser that found its way here by DNS rebinding bears a foreign `Host` or `Origin` (the security advice of MCP's
 * streamable HTTP); the token is compared in the same time wherever it differs (RFC 6750).
 */
export function refuseRequest(
  { headers, url }: IncomingMessage,
  { hosts, token }: HttpAccess,
): Refusal | undefined {
  const allowed = [...hosts]
  const host = validateHostHeader(headers.host, allowed)
  if (!host.ok) return { status: 403, message: `Forbidden: ${host.message}` }
  const origin = validateOriginHeader(headers.origin, allowed)
  if (!origin.ok) return { status: 403, message: `Forbidden: ${origin.message}` }
  if (token !== undefined && !bears(headers.authorization, token)) {
    return {
      status: 401,
      message: 'Unauthorised: send the header "Authorization: Bearer TOKEN" with the token of this server.',
    }
  }
  if (url?.split('?')[0] !== mcpPath) return { status: 404, message: `Not found: MCP is at ${mcpPath}.` }
  return undefined
}

function bears(header: string | undefined, token: string): boolean {
  const [, given] = /^Bearer +(\S+) *$/i.exec(header ?? '') ?? []
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
