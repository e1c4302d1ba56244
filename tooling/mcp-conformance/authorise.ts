import { type FetchMiddleware, systemClock } from '@keepup/core'
import {
  type ClientSettings,
  type Grant,
  memoryCredentials,
  oauthMiddleware,
} from '@keepup/mcp-security/oauth'

import type { ScenarioContext } from './scenario-context.ts'

/** Where the suite expects the document that describes the client. */
const metadataUrl = 'https://conformance-test.local/client-metadata.json'

/** The middleware under test, with whoever would agree in a browser always agreeing. */
export function authoriseFor(scenario: string, context: ScenarioContext, server: string): FetchMiddleware {
  return oauthMiddleware({
    server,
    store: memoryCredentials(),
    clock: systemClock,
    client: clientFor(context),
    grant: grantFor(scenario, context),
    openBrowser: agree,
    approve: async () => true,
    dpop: scenario.startsWith('auth/dpop'),
    // The older suite serves another issuer than the one that it names, in this scenario alone.
    ...(scenario === 'auth/2025-03-26-oauth-metadata-backcompat'
      ? { compatibility: { issuerNotEchoed: true } }
      : {}),
  })
}

function clientFor({
  client_id: id,
  client_secret: secret,
  private_key_pem: pem,
  ...rest
}: ScenarioContext): ClientSettings {
  if (id === undefined) return { metadataUrl }
  const { issuer, signing_algorithm: algorithm } = rest
  return {
    id,
    ...(secret === undefined ? {} : { secret }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(pem === undefined
      ? {}
      : { privateKey: { pem, algorithm: algorithm === 'RS256' ? 'RS256' : 'ES256' } }),
  }
}

function grantFor(scenario: string, context: ScenarioContext): Grant {
  if (scenario.startsWith('auth/client-credentials')) return { type: 'client-credentials' }
  const { valid_jwt: assertion, idp_token_endpoint: tokenEndpoint, idp_client_id: clientId } = context
  if (assertion !== undefined) return { type: 'jwt-bearer', assertion: async () => assertion }
  if (tokenEndpoint === undefined || clientId === undefined) return { type: 'authorization-code' }
  const { idp_client_secret: clientSecret, idp_id_token: idToken = '' } = context
  const provider = { tokenEndpoint, clientId, idToken: async () => idToken }
  return {
    type: 'enterprise-managed',
    provider: clientSecret === undefined ? provider : { ...provider, clientSecret },
  }
}

/** Follows the one redirect of the authorisation server back to the client, as a browser would. */
async function agree(url: URL): Promise<void> {
  const answer = await fetch(url, { redirect: 'manual' })
  const back = answer.headers.get('location')
  await answer.body?.cancel()
  if (back === null) throw new Error(`The authorisation server redirected nowhere (HTTP ${answer.status})`)
  const arrived = await fetch(back)
  await arrived.body?.cancel()
}
