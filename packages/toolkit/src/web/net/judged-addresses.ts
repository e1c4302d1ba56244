import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

import { abortable } from './abortable.ts'
import { addressRefusal } from './address-refusal.ts'
import { webFailure } from './web-failure.ts'
import { hostOf, namesHost, type ResolveHost, type WebReach } from './web-reach.ts'

/** An address that was judged and may be connected to. */
export interface JudgedAddress {
  readonly address: string
  readonly family: 4 | 6
}

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
): Promise<readonly JudgedAddress[]> {
  const host = hostOf(url)
  const found = isIP(host) === 0 ? await resolved(host, reach.resolve ?? systemResolver, signal) : [host]
  const allowed = reach.allowPrivate === true || namesHost(reach.allowHosts ?? [], url)
  return found.map((address) => judged(host, address, allowed)).slice(0, mostTried)
}

/** Fails `address-refused` where the host of a URL is written as an address that may not be reached. Asks nobody. */
export function checkLiteral(url: URL, reach: WebReach): void {
  const host = hostOf(url)
  const allowed = reach.allowPrivate === true || namesHost(reach.allowHosts ?? [], url)
  if (isIP(host) !== 0) judged(host, host, allowed)
}

function judged(host: string, address: string, allowed: boolean): JudgedAddress {
  const family = isIP(address)
  const refusal = allowed && family !== 0 ? undefined : (addressRefusal(address) ?? ownRefusal(address))
  if (refusal !== undefined || (family !== 4 && family !== 6))
    throw webFailure(
      'address-refused',
      `${host} lies at ${address}, which is ${refusal ?? 'no IP address'}: not of the public internet. Whoever set up this tool can allow it with allowHosts.`,
    )
  return { address, family }
}

/** Services of this machine may listen at its public address too. */
function ownRefusal(address: string): string | undefined {
  const own = Object.values(networkInterfaces()).some((entries) =>
    entries?.some((entry) => entry.address === address),
  )
  return own ? 'an address of this machine' : undefined
}

async function resolved(host: string, resolve: ResolveHost, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const addresses = await abortable(resolve(host), signal)
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

const systemResolver: ResolveHost = async (host) => {
  const found = await lookup(host, { all: true, order: 'verbatim' })
  return found.map(({ address }) => address)
}
