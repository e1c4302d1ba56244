import type { AgentCard } from '@a2a-js/sdk'
import { KeepupError } from '@keepup/core'

/** What decides about it. */
export interface HeaderReach {
  /** Where the card came from, which is what the caller's headers were meant for. */
  readonly from: URL
  /** Hosts that the caller named besides. */
  readonly allowHosts: readonly string[]
}

/**
 * A card without the interfaces that the caller's headers must not go to: a card is written by a stranger, and one that leads to another host, or from TLS to plain text,
 * would have a token sent there. Another port of the same host may. Fails `card-refused` where no interface is left.
 */
export function whereHeadersGo(card: AgentCard, { from, allowHosts }: HeaderReach): AgentCard {
  const isMeant = (address: string): boolean => {
    // An address of gRPC is a host and a port, of which the first looks like a protocol.
    const at = [address, `grpc://${address}`].map((text) => URL.parse(text)).find((url) => url?.hostname)
    if (at === undefined || at === null) return false
    if (from.protocol === 'https:' && at.protocol === 'http:') return false
    return at.hostname === from.hostname || allowHosts.includes(at.hostname)
  }
  const supportedInterfaces = card.supportedInterfaces.filter(({ url }) => isMeant(url))
  if (supportedInterfaces.length > 0) return { ...card, supportedInterfaces }
  const places = card.supportedInterfaces.map(({ url }) => url).join(', ')
  throw new KeepupError(
    'card-refused',
    `The card of ${from.host} leads to ${places.slice(0, 300) || 'no place'}, where what you send along (a token, a header) was not meant to go. Name that host yourself, or send nothing along.`,
    { details: { host: from.host } },
  )
}
