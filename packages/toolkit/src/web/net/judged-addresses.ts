import { isIP } from 'node:net'

import {
  classifyAddress,
  hostOf,
  namesHost,
  pinAddress,
  type PinnedAddress,
  resolveHost,
} from '@keepup/network'

import { webFailure } from './web-failure.ts'
import type { WebReach } from './web-reach.ts'

/** How many addresses of a host are tried. */
const mostTried = 8

/**
 * Asks once where a host lies and judges every answer. Fails `address-refused` where one of them is none of the public internet, or this machine's own, and
 * the host is not allowed to lie there; `host-unknown` where there is none.
 */
export async function judgedAddresses(
  url: URL,
  reach: WebReach,
  signal: AbortSignal,
): Promise<readonly PinnedAddress[]> {
  const host = hostOf(url)
  const found = await resolved(host, reach, signal)
  const allowed = isAllowed(url, reach)
  return found.map((address) => judged(host, address, allowed)).slice(0, mostTried)
}

/** Fails `address-refused` where the host of a URL is written as an address that may not be reached. Asks nobody. */
export function checkLiteral(url: URL, reach: WebReach): void {
  const host = hostOf(url)
  if (isIP(host) !== 0) judged(host, host, isAllowed(url, reach))
}

function isAllowed(url: URL, { allowPrivate, allowHosts = [] }: WebReach): boolean {
  return allowPrivate === true || namesHost(allowHosts, url)
}

function judged(host: string, address: string, allowed: boolean): PinnedAddress {
  const pinned = pinAddress(address)
  const { kind, words } = classifyAddress(address)
  if (pinned === undefined || (kind !== 'public' && !allowed))
    throw webFailure(
      'address-refused',
      `${host} lies at ${address}, which is ${words}: not of the public internet. Whoever set up this tool can allow it with allowHosts.`,
    )
  return pinned
}

async function resolved(
  host: string,
  { resolve }: WebReach,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const addresses = await resolveHost(host, { resolve, signal })
    if (addresses.length > 0) return addresses
  } catch (error) {
    signal.throwIfAborted()
    throw unknown(host, error)
  }
  throw unknown(host)
}

function unknown(host: string, cause?: unknown): Error {
  return webFailure(
    'host-unknown',
    `There is no host ${host}, or it cannot be asked for. Check the name.`,
    cause,
  )
}
