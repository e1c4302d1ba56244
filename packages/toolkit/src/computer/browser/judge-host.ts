import { isIP } from 'node:net'

import { KeepupError } from '@keepup/core'
import { hostOf, type ResolveHost } from '@keepup/network'

import { judgedAddresses } from '../../web/net/judged-addresses.ts'
import type { HostList } from '../host-list.ts'

/** Whether a host may be reached, and at which addresses; or why not. */
export type HostVerdict =
  | { readonly type: 'allowed'; readonly addresses: readonly string[] }
  | { readonly type: 'blocked'; readonly reason: string }
  | { readonly type: 'unknown'; readonly reason: string }

/** What hosts are judged by. */
export interface HostRules {
  readonly list: HostList
  /** Whether names may lead into this machine and its network. */
  readonly privateNetwork: boolean
  readonly resolve: ResolveHost | undefined
}

/** Judges a host as a URL spells it. Never rejects. */
export type JudgeHost = (host: string, port: number) => Promise<HostVerdict>

/**
 * Judges hosts. A name is resolved here, once, and only to be connected to at the addresses that were judged: it cannot lead elsewhere a moment later (DNS
 * rebinding). A name on the list that leads into this machine or its network is blocked unless that is allowed, but for `localhost`, which can mean nothing
 * else (RFC 6761); an address is judged by the list alone where the list holds it as such.
 */
export function createHostJudge({ list, privateNetwork, resolve }: HostRules): JudgeHost {
  const never = new AbortController().signal
  return async (host, port) => {
    const how = list.names(host, port)
    const url = URL.parse(`http://${host}:${port}`)
    if (how === undefined || url === null)
      return { type: 'blocked', reason: 'it is not on the list of hosts' }
    const meant = how === 'exactly' && (isIP(hostOf(url)) !== 0 || isLocal(host))
    const reach = { allowPrivate: privateNetwork || meant, ...(resolve === undefined ? {} : { resolve }) }
    try {
      const found = await judgedAddresses(url, reach, never)
      return { type: 'allowed', addresses: found.map(({ address }) => address) }
    } catch (error) {
      if (KeepupError.is(error) && error.details?.['failure'] === 'address-refused')
        return { type: 'blocked', reason: 'it leads into the private network' }
      return { type: 'unknown', reason: 'its name cannot be resolved' }
    }
  }
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}
