import { processRevocationResponse, revocationRequest } from 'oauth4webapi'

import { discover } from '../discovery/discover.ts'
import type { SessionParts } from '../session-parts.ts'
import { clientAuthentication } from './client-authentication.ts'
import { type Binding, isBoundTo, type Tokens } from './credentials.ts'
import { knownClient } from './refresh-tokens.ts'
import { sentBy } from './sent-by.ts'

/** Revokes the tokens of a server with their issuer (RFC 7009), the refresh token first, and forgets them whatever comes of that. */
export function revokeTokens(
  parts: SessionParts,
  signal: AbortSignal,
): Promise<{ readonly revoked: boolean }> {
  const { credentials, report } = parts
  return credentials.exclusive(async () => {
    const binding = await credentials.binding()
    if (binding === undefined) return { revoked: false }
    const tokens = await credentials.tokens(binding)
    const revoked = tokens !== undefined && (await revokedBy(parts, tokens, { binding, signal }))
    await credentials.forget(binding)
    report({
      type: 'logged-out',
      issuer: binding.issuer,
      detail: revoked ? 'revoked' : 'forgotten here alone',
    })
    return { revoked }
  }, signal)
}

async function revokedBy(
  parts: SessionParts,
  tokens: Tokens,
  { binding, signal }: { readonly binding: Binding; readonly signal: AbortSignal },
): Promise<boolean> {
  const { server, network, defences, fetch, options } = parts
  const { resourceMetadata } = binding
  const demand = { scopes: [], ...(resourceMetadata !== undefined && { resourceMetadata }) }
  const choice = { pinned: undefined, known: binding.issuer, choose: options.chooseIssuer }
  try {
    const found = await discover({ server, network, defences, fetch, signal }, demand, choice)
    const known = isBoundTo(binding, found.issuer.issuer)
      ? await knownClient(parts, found, binding)
      : undefined
    if (known === undefined || found.issuer.revocation_endpoint === undefined) return false
    const authentication = clientAuthentication(known, found.issuer)
    for (const token of [tokens.refreshToken, tokens.accessToken]) {
      if (token === undefined) continue
      await processRevocationResponse(
        await revocationRequest(
          found.issuer,
          { client_id: known.id },
          authentication,
          token,
          sentBy(fetch, signal),
        ),
      )
    }
    return true
  } catch {
    return false
  }
}
