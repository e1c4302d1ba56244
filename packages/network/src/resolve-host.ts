import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'

import { abortable } from './abortable.ts'

/** Turns a host name into addresses, as `dns.lookup` does. What it answers is judged, then connected to: the name is not asked again. */
export type ResolveHost = (host: string) => Promise<readonly string[]>

/**
 * Asks once where a host lies; one that is written as an address lies there, and nobody is asked. Rejects as the resolver does, or with the signal's reason
 * once it is aborted. The answers are not judged, and may be none.
 */
export async function resolveHost(
  host: string,
  {
    resolve = systemResolver,
    signal,
  }: { readonly resolve?: ResolveHost | undefined; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host]
  return abortable(resolve(host), signal)
}

const systemResolver: ResolveHost = async (host) => {
  const found = await lookup(host, { all: true, order: 'verbatim' })
  return found.map(({ address }) => address)
}
