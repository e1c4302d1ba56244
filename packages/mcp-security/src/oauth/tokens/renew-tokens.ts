import { discover, type Discovered } from '../discovery/discover.ts'
import type { Demand } from '../discovery/read-challenges.ts'
import { oauthFailure } from '../oauth-failure.ts'
import { settledClient } from '../registration/resolve-client.ts'
import type { SessionParts } from '../session-parts.ts'
import { approveLogin } from './approve-login.ts'
import { type Binding, isBoundTo, type Tokens } from './credentials.ts'
import { isUsable } from './is-usable.ts'
import { obtainTokens } from './obtain-tokens.ts'
import { refreshTokens } from './refresh-tokens.ts'
import { covers, scopesFor } from './scopes.ts'

/** Why other tokens are needed. */
export interface Renewal {
  /** `expiring`: soon of no use. `refused`: the server took them no more, or there were none. `scopes`: they are not enough. `login`: somebody wants to log in. */
  readonly reason: 'expiring' | 'refused' | 'scopes' | 'login'
  /** The tokens that were used. */
  readonly used: Tokens | undefined
  readonly demand: Demand
  /** Whether a refresh may help: not where the tokens are fresh from one. */
  readonly mayRefresh: boolean
}

/**
 * Gets tokens that are other than those that were used: from the store, where another process was faster; by a refresh; else by the grant. Nobody else on this machine
 * does that for the same origin meanwhile. What came is kept before it is given back.
 */
export function renewTokens(parts: SessionParts, renewal: Renewal, signal: AbortSignal): Promise<Tokens> {
  const renew = async (): Promise<Tokens> => {
    const binding = await parts.credentials.binding()
    const held = binding && (await parts.credentials.tokens(binding))
    if (held !== undefined && isNews(parts, held, renewal)) return held
    const known = await look(parts, renewal, binding, signal)
    return (
      (await refreshed(parts, { ...known, held }, renewal, signal)) ??
      obtained(parts, { ...known, held }, signal)
    )
  }
  return parts.defences.oneRefresh ? parts.credentials.exclusive(renew, signal) : renew()
}

/** What is known of a server at the moment of a renewal. */
interface Known {
  readonly found: Discovered
  readonly demand: Demand
  readonly binding: Binding | undefined
  /** Whether another issuer guards the server than before. */
  readonly moved: boolean
  readonly held: Tokens | undefined
}

/** Whether the tokens that are kept are an answer already. */
function isNews({ clock, defences }: SessionParts, held: Tokens, { used, reason, demand }: Renewal): boolean {
  if (!defences.oneRefresh || reason === 'login') return false
  if (held.accessToken === used?.accessToken || !isUsable(held, clock.now())) return false
  return reason !== 'scopes' || covers(held.scopes, demand.scopes)
}

async function look(
  parts: SessionParts,
  renewal: Renewal,
  binding: Binding | undefined,
  signal: AbortSignal,
): Promise<Omit<Known, 'held'>> {
  const { options } = parts
  const resourceMetadata = renewal.demand.resourceMetadata ?? binding?.resourceMetadata
  const demand = { ...renewal.demand, ...(resourceMetadata !== undefined && { resourceMetadata }) }
  const choice = { pinned: options.issuer, known: binding?.issuer, choose: options.chooseIssuer }
  const found = await discover({ ...parts, signal }, demand, choice)
  const moved = binding !== undefined && !isBoundTo(binding, found.issuer.issuer)
  if (moved) {
    // Credentials that were made for the old issuer stay with it.
    settledClient(parts, found.issuer, binding)
    parts.report({ type: 'issuer-changed', issuer: found.issuer.issuer, detail: `was ${binding.issuer}` })
  }
  return { found, demand, binding, moved }
}

async function refreshed(
  parts: SessionParts,
  known: Known,
  { reason, mayRefresh }: Renewal,
  signal: AbortSignal,
): Promise<Tokens | undefined> {
  const { found, demand, binding, held, moved } = known
  const mayTry = mayRefresh && (reason === 'expiring' || reason === 'refused')
  if (!mayTry || held === undefined || binding === undefined) return undefined
  if (moved && parts.defences.issuerBinding) return undefined
  const answer = await refreshTokens(parts, held, { found, binding, signal })
  if (answer === undefined) return undefined
  if (answer.type === 'granted') {
    await keep(parts, { found, demand, asked: binding.asked }, answer.tokens)
    parts.report({ type: 'refreshed', issuer: found.issuer.issuer })
    return answer.tokens
  }
  await dropRefused(parts, known, { binding, error: answer.error })
  return undefined
}

/** Drops what an issuer takes no more. Fails where that would not help. */
async function dropRefused(
  parts: SessionParts,
  { found }: Known,
  { binding, error }: { readonly binding: Binding; readonly error: string },
): Promise<void> {
  // A registration of one's own can be made anew, one made by hand cannot.
  const mayRegister = error === 'invalid_client' && parts.options.client?.id === undefined
  if (mayRegister) await parts.credentials.dropRegistration(binding.issuer)
  else if (error !== 'invalid_grant') throw refused(parts, found, error)
  await parts.credentials.dropTokens(binding)
}

async function obtained(parts: SessionParts, known: Known, signal: AbortSignal): Promise<Tokens> {
  const { found, demand, binding, moved } = known
  const { options, credentials } = parts
  const before = moved ? { held: undefined, binding: undefined } : { held: known.held, binding }
  const scopes = scopesFor({ found, demand, settings: options.scopes, grant: options.grant?.type, ...before })
  parts.gate.check()
  await approveLogin(parts, { found, moved, scopes, ...before, binding })
  const answer = await obtainTokens(parts, { found, binding, scopes, signal })
  if (answer.type === 'refused') throw refused(parts, found, answer.error)
  if (moved && binding !== undefined) await credentials.dropTokens(binding)
  await keep(parts, { found, demand, asked: scopes }, answer.tokens)
  parts.gate.open()
  parts.report({ type: 'logged-in', issuer: found.issuer.issuer })
  return answer.tokens
}

async function keep(
  { credentials }: SessionParts,
  {
    found,
    demand,
    asked,
  }: { readonly found: Discovered; readonly demand: Demand; readonly asked: readonly string[] },
  tokens: Tokens,
): Promise<void> {
  const { resourceMetadata } = demand
  const binding: Binding = {
    issuer: found.issuer.issuer,
    resource: found.resource,
    asked,
    ...(resourceMetadata !== undefined && { resourceMetadata }),
  }
  await credentials.saveTokens(binding, tokens)
  await credentials.bind(binding)
}

function refused({ server }: SessionParts, { issuer }: Discovered, error: string): Error {
  return oauthFailure(
    'grant-refused',
    `${issuer.issuer} gives no token for ${server.origin} (${error}). Log in anew, or check the client's settings.`,
  )
}
