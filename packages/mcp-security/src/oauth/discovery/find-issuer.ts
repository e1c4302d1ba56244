import type { AuthorizationServer } from 'oauth4webapi'

import { checkUrl } from '../network/check-url.ts'
import { oauthFailure } from '../oauth-failure.ts'
import type { DiscoveryParts } from './discovery-parts.ts'
import { type Document, fetchDocument, stringIn } from './fetch-document.ts'
import { isPlainUrl } from './is-plain-url.ts'

const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'revocation_endpoint',
  'pushed_authorization_request_endpoint',
  'introspection_endpoint',
  'userinfo_endpoint',
  'jwks_uri',
]

/**
 * Reads the metadata of an issuer (RFC 8414, then OpenID Connect Discovery), in the order that MCP asks for. An issuer that is the server's own origin and has
 * none is one of MCP 2025-03-26, with endpoints at usual places. Fails `issuer-mismatch` where a document names another issuer, and `url-refused` or
 * `address-refused` where one of its endpoints may not be reached.
 */
export async function findIssuer(parts: DiscoveryParts, issuer: string): Promise<AuthorizationServer> {
  const { network, defences, server, fetch, signal } = parts
  const url = checkUrl('The issuer', issuer, network, defences)
  if (url.search !== '' || url.hash !== '')
    throw oauthFailure(
      'metadata-invalid',
      'An issuer has no query and no fragment (RFC 8414). Tell whoever runs the server.',
    )
  for (const place of placesOf(url)) {
    const document = await fetchDocument(place, fetch, signal)
    if (document !== undefined) return readIssuer(document, url, parts)
  }
  if (url.origin === server.origin && url.pathname === '/') return usualEndpoints(url)
  throw oauthFailure(
    'metadata-invalid',
    `${url.host} has no metadata of an authorisation server. Check the URL, or tell whoever runs the MCP server.`,
  )
}

function placesOf(issuer: URL): readonly URL[] {
  const path = issuer.pathname.replace(/\/$/, '')
  const at = (where: string): URL => new URL(where, issuer.origin)
  const first = [
    at(`/.well-known/oauth-authorization-server${path}`),
    at(`/.well-known/openid-configuration${path}`),
  ]
  return path === '' ? first : [...first, at(`${path}/.well-known/openid-configuration`)]
}

function readIssuer(
  document: Document,
  wanted: URL,
  { network, defences }: DiscoveryParts,
): AuthorizationServer {
  const named = stringIn(document, 'issuer')
  const isSame = named !== undefined && isPlainUrl(named) && new URL(named).href === wanted.href
  if (named === undefined || (defences.issuerEcho && !isSame))
    throw oauthFailure(
      'issuer-mismatch',
      `The metadata at ${wanted.host} is that of another issuer, so it may be forged (RFC 8414). Tell whoever runs it.`,
    )
  for (const endpoint of endpoints) {
    if (document[endpoint] === undefined) continue
    const text = stringIn(document, endpoint)
    if (text === undefined)
      throw oauthFailure(
        'metadata-invalid',
        `${endpoint} of ${wanted.host} is no string. Tell whoever runs it.`,
      )
    checkUrl(`${endpoint} of ${wanted.host}`, text, network, defences)
  }
  // What is used of it is looked at: the endpoints above, lists of methods where they are read.
  return { ...document, issuer: named }
}

/** Where servers of MCP 2025-03-26 without metadata have their endpoints. */
function usualEndpoints(origin: URL): AuthorizationServer {
  return {
    issuer: origin.origin,
    authorization_endpoint: new URL('/authorize', origin).href,
    token_endpoint: new URL('/token', origin).href,
    registration_endpoint: new URL('/register', origin).href,
    code_challenge_methods_supported: ['S256'],
  }
}
