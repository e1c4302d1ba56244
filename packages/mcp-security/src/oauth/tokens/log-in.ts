import { randomBytes } from 'node:crypto'

import type { Client } from 'oauth4webapi'

import { askForCode } from '../browser/ask-for-code.ts'
import { listenForRedirect, type RedirectListener } from '../browser/redirect-listener.ts'
import type { Discovered } from '../discovery/discover.ts'
import { failedFor, loginRequired, oauthFailure } from '../oauth-failure.ts'
import { keptRegistration, resolveClient, usesDocument } from '../registration/resolve-client.ts'
import type { SessionParts } from '../session-parts.ts'
import { clientAuthentication } from './client-authentication.ts'
import type { Binding } from './credentials.ts'
import { makeProofKey } from './proof-key.ts'
import { redeemCode, type TokenAnswer } from './request-tokens.ts'

/** What tokens are to be had for. */
export interface TokenAim {
  readonly found: Discovered
  readonly binding: Binding | undefined
  readonly scopes: readonly string[]
  readonly signal: AbortSignal
}

/** Has a person log in, and redeems the code that came of it. */
export async function logIn(parts: SessionParts, aim: TokenAim): Promise<TokenAnswer> {
  const { found, binding, scopes, signal } = aim
  if (parts.options.openBrowser === undefined && parts.options.paste === undefined)
    throw loginRequired(parts.server, 'nobody can be asked here. Log in first, where there is a browser.')
  await using listener = await openListener(parts, aim)
  const { redirectUri } = listener
  const known = await resolveClient(parts, found.issuer, { binding, redirectUri, signal })
  const client: Client = { client_id: known.id }
  const proof = parts.options.dpop === true ? await makeProofKey() : undefined
  const { response, verifier } = await askForCode(parts, {
    issuer: found.issuer,
    client,
    resource: found.resource,
    scopes,
    listener,
    keyThumbprint: await proof?.handle.calculateThumbprint(),
    signal,
  })
  return await redeemCode(
    {
      parts,
      issuer: found.issuer,
      client,
      authentication: clientAuthentication(known, found.issuer),
      resource: found.resource,
      proof,
      signal,
    },
    { response, redirectUri, verifier, asked: scopes },
  )
}

/** Listens where a registration says. One that this client made itself has a path of its own, and is made anew where its port is taken. */
async function openListener(parts: SessionParts, { found }: TokenAim): Promise<RedirectListener> {
  const { id, redirectUri = 'http://127.0.0.1/callback' } = parts.options.client ?? {}
  if (id !== undefined || usesDocument(parts, found.issuer)) return listenForRedirect(loopback(redirectUri))
  const kept = await keptRegistration(parts, found.issuer)
  if (kept !== undefined) {
    try {
      return await listenForRedirect(loopback(kept.redirectUri))
    } catch (error) {
      if (!failedFor(error, 'login-failed')) throw error
    }
  }
  const path = parts.defences.clientPerServer
    ? `/callback/${randomBytes(16).toString('base64url')}`
    : '/callback'
  return listenForRedirect(new URL(path, 'http://127.0.0.1'))
}

function loopback(text: string): URL {
  const url = URL.parse(text)
  if (url?.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === 'localhost')) return url
  throw oauthFailure(
    'url-refused',
    'client.redirectUri is not on this machine. Give one as http://127.0.0.1/callback.',
  )
}
