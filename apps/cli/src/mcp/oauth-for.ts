import { systemClock } from '@keepup/core'
import type { HttpTransport, ServerDefinition } from '@keepup/mcp'
import type { ClientSettings, OAuthOptions, OAuthSession } from '@keepup/mcp-security/oauth'

import type { Environment } from '../host.ts'
import { mcpFolders } from './mcp-folders.ts'

/** A server that is reached by HTTP. */
export type HttpServer = ServerDefinition & { readonly transport: HttpTransport }

/** How a person is asked to log in; nobody is, where nothing is given. */
export type Asking = Pick<OAuthOptions, 'openBrowser' | 'paste' | 'approve'>

/** Whether a server is one that may ask for a login: one whose requests carry no authorisation yet, and whose answers nobody on the way can read. */
export function mayLogIn(server: ServerDefinition): server is HttpServer {
  const { transport } = server
  if (transport.type === 'stdio') return false
  if (Object.keys(transport.headers).some((name) => name.toLowerCase() === 'authorization')) return false
  const { protocol, hostname } = new URL(transport.url)
  return protocol === 'https:' || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
}

/** OAuth for a server. Its tokens are kept encrypted, under a key of the keychain where there is one. */
export async function oauthFor(
  server: HttpServer,
  environment: Environment,
  asking: Asking = {},
): Promise<OAuthSession> {
  const { encryptedFiles, environmentKey, fileKey, keychainKey, oauthSession } =
    await import('@keepup/mcp-security/oauth')
  const { credentials, keyFile } = mcpFolders(environment)
  const otherwise = fileKey(keyFile)
  const key = environment['KEEPUP_MCP_KEY']
    ? environmentKey('KEEPUP_MCP_KEY', environment)
    : keychainKey({ service: 'keepup', account: 'mcp-credentials', otherwise })
  const { issuer, scopes, method } = server.oauth ?? {}
  return oauthSession({
    server: server.transport.url,
    store: encryptedFiles({ folder: credentials, key }),
    clock: systemClock,
    client: clientOf(server),
    ...(method === 'client-credentials' ? { grant: { type: 'client-credentials' } as const } : {}),
    ...(issuer === undefined ? {} : { issuer }),
    ...(scopes === undefined ? {} : { scopes }),
    ...asking,
  })
}

function clientOf({ oauth = {} }: HttpServer): ClientSettings {
  const { clientId, clientSecret, clientMetadataUrl, redirectPort } = oauth
  return {
    name: 'keepup',
    ...(clientId === undefined ? {} : { id: clientId }),
    ...(clientSecret === undefined ? {} : { secret: clientSecret }),
    ...(clientMetadataUrl === undefined ? {} : { metadataUrl: clientMetadataUrl }),
    ...(redirectPort === undefined ? {} : { redirectUri: `http://127.0.0.1:${redirectPort}/callback` }),
  }
}
