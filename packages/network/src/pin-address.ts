import { isIP } from 'node:net'

/** An address that a socket is given in place of a name. */
export interface PinnedAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** An address to connect to; `undefined` for what is none, which a socket would take for a name and resolve. */
export function pinAddress(address: string): PinnedAddress | undefined {
  const family = isIP(address)
  return family === 4 || family === 6 ? { address, family } : undefined
}
