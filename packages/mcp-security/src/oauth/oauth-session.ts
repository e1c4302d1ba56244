import type { Fetch, FetchMiddleware } from '@keepup/core'

import { allDefences, type Defences } from './defences.ts'
import { type Demand, readDemand } from './discovery/read-challenges.ts'
import { oauthFailure } from './oauth-failure.ts'
import type { OAuthOptions } from './oauth-options.ts'
import { openParts, type TestParts } from './open-parts.ts'
import { type ReplayableRequest, replayable } from './replayable-request.ts'
import { sendAuthorised } from './send-authorised.ts'
import type { SessionParts } from './session-parts.ts'
import { tokenHolder, type TokenHolder } from './token-holder.ts'
import type { Tokens } from './tokens/credentials.ts'
import { revokeTokens } from './tokens/revoke-tokens.ts'
import { covers } from './tokens/scopes.ts'

/** OAuth for one MCP server. */
export interface OAuthSession {
  /** Authorises requests to the server; others pass as they are. */
  readonly middleware: FetchMiddleware
  /** Logs in, whatever is kept. Resolves once tokens are kept. */
  login(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Revokes the tokens (RFC 7009) and forgets them, also where the issuer cannot be reached. `revoked` says whether it took that. */
  logout(options?: { readonly signal?: AbortSignal }): Promise<{ readonly revoked: boolean }>
}

/** How often a call is sent again for other tokens. */
const mostRenewals = 2

/** Opens OAuth for one server. Reads nothing and asks nobody until it is used. Fails `configuration-invalid` for a server whose token could be read on its way. */
export function oauthSession(options: OAuthOptions): OAuthSession {
  return openSession(options)
}

/** Opens a session whose defences and network tests may change. Not exported by the package. */
export function openSession(
  options: OAuthOptions,
  defences: Defences = allDefences,
  test: TestParts = {},
): OAuthSession {
  const parts = openParts(options, defences, test)
  const holder = tokenHolder(parts)
  return {
    middleware: (next) => (input, init) => call(parts, holder, next, { input, init }),
    login: async ({ signal = new AbortController().signal } = {}) => {
      parts.gate.open()
      await holder.renew(
        { reason: 'login', used: undefined, demand: { scopes: [] }, mayRefresh: false },
        signal,
      )
    },
    logout: ({ signal = new AbortController().signal } = {}) => revokeTokens(parts, signal),
  }
}

interface Call {
  readonly input: string | URL | Request
  readonly init: RequestInit | undefined
}

async function call(
  parts: SessionParts,
  holder: TokenHolder,
  next: Fetch,
  { input, init }: Call,
): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input)
  if (parts.defences.tokenOrigin && url.origin !== parts.server.origin) return next(input, init)
  const request = await replayable(input, init)
  let tokens = await holder.usable(request.signal)
  for (let renewals = 0; ; renewals++) {
    const response = await sendAuthorised(next, request, { tokens, parts })
    const demand = demandOf(response)
    if (demand === undefined) return response
    await response.body?.cancel()
    tokens = await answerTo(demand, { parts, holder, request, used: tokens, renewals })
  }
}

/** What a server that turned a call away asks for; `undefined` where it did not, or where no token would help. */
function demandOf({
  status,
  headers,
}: Response): (Demand & { readonly reason: 'refused' | 'scopes' }) | undefined {
  if (status !== 401 && status !== 403) return undefined
  const demand = readDemand(headers.get('www-authenticate'))
  if (status === 401) return { ...demand, reason: 'refused' }
  return demand.error === 'insufficient_scope' && demand.scopes.length > 0
    ? { ...demand, reason: 'scopes' }
    : undefined
}

interface Answering {
  readonly parts: SessionParts
  readonly holder: TokenHolder
  readonly request: ReplayableRequest
  readonly used: Tokens | undefined
  readonly renewals: number
}

async function answerTo(
  demand: NonNullable<ReturnType<typeof demandOf>>,
  { parts, holder, request, used, renewals }: Answering,
): Promise<Tokens> {
  const { server, credentials } = parts
  if (renewals >= mostRenewals)
    throw oauthFailure(
      'server-refuses-token',
      `${server.origin} refuses tokens that its own authorisation server has just given. Try again later, or tell whoever runs it.`,
    )
  const { reason } = demand
  const asked = reason === 'scopes' ? ((await credentials.binding())?.asked ?? []) : []
  const isStale = reason === 'scopes' && !(await holder.isLatest(used))
  if (reason === 'scopes' && !isStale && covers(asked, demand.scopes))
    throw oauthFailure(
      'scope-refused',
      `${server.origin} wants scopes that were asked for and not given (${demand.scopes.join(' ')}). Log in anew and agree to them, or do without this call.`,
    )
  return holder.renew({ reason, used, demand, mayRefresh: renewals === 0 }, request.signal)
}
