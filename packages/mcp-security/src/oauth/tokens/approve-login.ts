import type { Discovered } from '../discovery/discover.ts'
import { oauthFailure } from '../oauth-failure.ts'
import type { LoginRequest } from '../oauth-options.ts'
import type { SessionParts } from '../session-parts.ts'
import type { Binding, Tokens } from './credentials.ts'

/** What is to be agreed to, and what was before. */
export interface Approval {
  readonly found: Discovered
  /** Whether another issuer guards the server than before. */
  readonly moved: boolean
  readonly scopes: readonly string[]
  readonly binding: Binding | undefined
  readonly held: Tokens | undefined
}

/** Asks whoever approves logins. Without anybody, a first login is taken as wanted, and anything more fails `scope-refused`. */
export async function approveLogin(
  { options, server, defences }: SessionParts,
  approval: Approval,
): Promise<void> {
  if (!defences.scopeApproval) return
  const request = requestOf(server, approval)
  const isAgreed = options.approve === undefined ? request.reason === 'login' : await options.approve(request)
  if (!isAgreed) throw oauthFailure('scope-refused', refusalOf(request))
}

function requestOf(server: URL, { found, moved, scopes, binding, held }: Approval): LoginRequest {
  const before = new Set([...(held?.scopes ?? []), ...(binding?.asked ?? [])])
  const added = scopes.filter((scope) => !before.has(scope))
  const isMore = binding !== undefined && added.length > 0
  const known = isMore ? 'more-scopes' : 'login'
  return {
    server: server.href,
    issuer: found.issuer.issuer,
    reason: moved ? 'issuer-changed' : known,
    scopes,
    added,
  }
}

function refusalOf({ server, issuer, reason, added }: LoginRequest): string {
  const { origin } = new URL(server)
  if (reason === 'issuer-changed')
    return `${origin} is guarded by ${issuer} now, and nobody agreed to log in there. If the move is right, agree with approve.`
  if (reason === 'login') return `${origin} needs a login, and it was declined. Log in when you want to.`
  return `${origin} wants more scopes (${added.join(' ')}), and nobody agreed. Agree with approve, or do without this call.`
}
