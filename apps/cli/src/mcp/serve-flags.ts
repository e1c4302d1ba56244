import type { RunFlags } from '../routes/run-flags.ts'

/** The flags of `keepup mcp serve`. */
export interface ServeFlags extends Omit<RunFlags, 'json' | 'unattended'> {
  /** A port, or an address and a port; standard input and output when left out. */
  readonly http?: string
  readonly token: boolean
  readonly agent: boolean
  readonly servers: boolean
}

/** Where to listen. */
export interface HttpPlace {
  readonly host?: string
  readonly port: number
}

/** The place of `8080`, `10.0.0.5:8080` or `[::1]:8080`; `undefined` where it is none. */
export function parseHttpPlace(text: string): HttpPlace | undefined {
  const [, address, digits = ''] = /^(?:(\[[\da-f:]+\]|[\w.-]+):)?(\d{1,5})$/i.exec(text) ?? []
  const port = Number(digits)
  if (digits === '' || port > 65_535) return undefined
  return address === undefined ? { port } : { host: address.replace(/^\[|\]$/g, ''), port }
}
