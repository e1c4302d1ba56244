import type { Defences } from '../defences.ts'
import { checkUrl } from '../network/check-url.ts'
import { oauthFailure } from '../oauth-failure.ts'
import type { DiscoveryParts } from './discovery-parts.ts'
import { type Document, fetchDocument, stringIn, stringsIn } from './fetch-document.ts'
import { isPlainUrl } from './is-plain-url.ts'
import { validScopes } from './valid-scopes.ts'

/** What an MCP server says about who guards it (RFC 9728). */
export interface ProtectedResource {
  /** The `resource` parameter of every request for a token (RFC 8707). */
  readonly resource: string
  /** In visible ASCII, as people choose among them. */
  readonly issuers: readonly string[]
  readonly scopes: readonly string[] | undefined
}

/**
 * Reads the metadata of the protected resource: at the URL of the challenge, else by the server's path, else at its root. A server without any, as MCP had them
 * before 2025-06-18, is guarded by its own origin. Fails `resource-mismatch` where the metadata is another resource's.
 */
export async function findResource(
  parts: DiscoveryParts,
  named: string | undefined,
): Promise<ProtectedResource> {
  const { server, network, defences, fetch, signal } = parts
  const urls =
    named === undefined
      ? wellKnown(server)
      : [checkUrl('The resource_metadata of the challenge', named, network, defences)]
  for (const url of urls) {
    const document = await fetchDocument(url, fetch, signal)
    if (document !== undefined) return readResource(document, server, defences)
  }
  if (named !== undefined)
    throw oauthFailure(
      'metadata-invalid',
      `There is nothing at the resource_metadata that ${server.origin} names. Tell whoever runs it.`,
    )
  return { resource: canonical(server), issuers: [server.origin], scopes: undefined }
}

function wellKnown(server: URL): readonly URL[] {
  const root = new URL('/.well-known/oauth-protected-resource', server)
  const path = server.pathname.replace(/\/$/, '')
  return path === '' ? [root] : [new URL(`${root.href}${path}${server.search}`), root]
}

function readResource(document: Document, server: URL, defences: Defences): ProtectedResource {
  const resource = stringIn(document, 'resource')
  const issuers = stringsIn(document, 'authorization_servers')
  if (resource === undefined || !isPlainUrl(resource))
    throw oauthFailure(
      'metadata-invalid',
      `The metadata of ${server.origin} names no resource. Tell whoever runs it.`,
    )
  if (defences.resourceEcho && !covers(new URL(resource), server))
    throw oauthFailure(
      'resource-mismatch',
      `The metadata is that of another resource than ${server.href}, so a token for it would be another server's. Check the URL of the server.`,
    )
  const scopes = stringsIn(document, 'scopes_supported')
  // Without issuers, the origin is its own (MCP 2025-03-26).
  return {
    resource,
    issuers: (issuers ?? [server.origin]).filter(isPlainUrl),
    scopes: scopes && validScopes(scopes),
  }
}

/** Whether a resource is the server, or what it is a part of: the same origin, and a path that the server's begins with. */
function covers(resource: URL, server: URL): boolean {
  if (resource.origin !== server.origin || resource.hash !== '') return false
  const path = resource.pathname.endsWith('/') ? resource.pathname : `${resource.pathname}/`
  return `${server.pathname}/`.startsWith(path)
}

/** The server's URL as MCP wants it in `resource`: without fragment, and without the slash that the URL standard adds to an origin. */
export function canonical(server: URL): string {
  const url = new URL(server)
  url.hash = ''
  return url.pathname === '/' && url.search === '' ? url.origin : url.href
}
