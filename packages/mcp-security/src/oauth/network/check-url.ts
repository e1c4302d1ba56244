import { isIP } from 'node:net'

import { hostOf } from '@keepup/network'

import type { Defences } from '../defences.ts'
import { oauthFailure } from '../oauth-failure.ts'
import { addressKind } from './address-kind.ts'
import { isLoopback, mayReach, type NetworkParts } from './reach.ts'

/**
 * A URL of somebody's metadata that may be used: https, or http where it and the server are on this machine; no user in it; no address that may not be reached.
 * `what` names it in errors. Fails `url-refused` or `address-refused`; asks no resolver.
 */
export function checkUrl(what: string, text: string, parts: NetworkParts, defences: Defences): URL {
  const url = URL.parse(text)
  if (url === null) throw oauthFailure('url-refused', `${what} is no URL. ${askOwner}`)
  const isSecure = url.protocol === 'https:'
  const isLocal = url.protocol === 'http:' && isLoopback(url) && isLoopback(parts.server)
  if (defences.secureUrls && !isSecure && !isLocal)
    throw oauthFailure(
      'url-refused',
      `${what} begins with ${url.protocol} and is no https: URL, which only a server on this machine may name. ${askOwner}`,
    )
  if (url.username !== '' || url.password !== '')
    throw oauthFailure('url-refused', `${what} has a user name in it. ${askOwner}`)
  if (defences.publicAddresses) checkHost(url, parts)
  return url
}

/** Judges a host that says where it lies without a resolver. */
function checkHost(url: URL, parts: NetworkParts): void {
  const host = hostOf(url)
  const named = isLoopback(url) ? 'loopback' : undefined
  const kind = isIP(host) === 0 ? named : addressKind(host)
  if (!mayReach(url, kind, parts)) throw addressRefused(url, host, kind)
}

/** The failure for an address that may not be reached. */
export function addressRefused(url: URL, address: string, kind = 'none'): Error {
  return oauthFailure(
    'address-refused',
    `${hostOf(url)} lies at ${address} (${kind}), where metadata may not send requests; none was sent. If the server is yours, name the host in reach.allowHosts.`,
  )
}

const askOwner = 'Nothing was sent there. Tell whoever runs the server.'
