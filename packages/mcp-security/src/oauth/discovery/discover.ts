import type { AuthorizationServer } from 'oauth4webapi'

import { oauthFailure } from '../oauth-failure.ts'
import type { DiscoveryParts } from './discovery-parts.ts'
import { findIssuer } from './find-issuer.ts'
import { findResource, type ProtectedResource } from './find-resource.ts'
import type { Demand } from './read-challenges.ts'

/** Who guards an MCP server. */
export interface Discovered {
  readonly issuer: AuthorizationServer
  readonly resource: string
  /** The scopes of the resource's metadata. */
  readonly scopes: readonly string[] | undefined
}

/** Which of several issuers is taken. */
export interface IssuerChoice {
  /** The only one that is acceptable. */
  readonly pinned: string | undefined
  /** The one of the credentials that are there. */
  readonly known: string | undefined
  readonly choose: ((issuers: readonly string[]) => Promise<string>) | undefined
}

/** Finds the issuer that guards a server, and reads its metadata. Never from a cache: a server may move to another issuer. */
export async function discover(
  parts: DiscoveryParts,
  demand: Demand,
  choice: IssuerChoice,
): Promise<Discovered> {
  const found = await findResource(parts, demand.resourceMetadata)
  const issuer = await findIssuer(parts, await chosen(found, parts.server, choice))
  return { issuer, resource: found.resource, scopes: found.scopes }
}

async function chosen({ issuers }: ProtectedResource, server: URL, choice: IssuerChoice): Promise<string> {
  const { pinned, known, choose } = choice
  const [first] = issuers
  if (first === undefined)
    throw oauthFailure(
      'metadata-invalid',
      `The metadata of ${server.origin} names no authorisation server. Tell whoever runs it.`,
    )
  if (pinned !== undefined) {
    if (issuers.some((issuer) => isSameIssuer(issuer, pinned))) return pinned
    throw oauthFailure(
      'issuer-mismatch',
      `${server.origin} is guarded by another issuer than the one that its settings name (${pinned}). Check the setting, then change it if that is right.`,
    )
  }
  const kept = issuers.find((issuer) => known !== undefined && isSameIssuer(issuer, known))
  if (kept !== undefined || issuers.length === 1 || choose === undefined) return kept ?? first
  const answer = await choose(issuers)
  if (issuers.includes(answer)) return answer
  throw oauthFailure(
    'issuer-mismatch',
    'The chosen issuer is none of those that the server names. Choose one of them.',
  )
}

/** Whether two issuers are one, where only one of them has the slash that the URL standard adds. */
export function isSameIssuer(one: string, other: string): boolean {
  return (
    one === other || (URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href)
  )
}
