import { isIP } from 'node:net'

import type { Milliseconds } from '@keepup/core'
import { hostOf, namesHost, type ResolveHost } from '@keepup/network'

import { addressKind, type AddressKind } from './address-kind.ts'

/** What of the network authorisation may reach. Without anything, public addresses, and this machine where the server is on it. */
export interface Reach {
  /** Hosts that may lie at private addresses: `login.corp.example`, `*.corp.example`, `10.0.0.7`. Over https all the same. */
  readonly allowHosts?: readonly string[]
  /** Certificates, as PEM, of authorities that are trusted beside those of Node. */
  readonly authorities?: readonly string[]
  /** The system's resolver when left out. */
  readonly resolve?: ResolveHost
}

/** How requests of authorisation are sent. */
export interface NetworkParts {
  readonly reach: Reach
  /** The MCP server, which says whether this machine may be reached. */
  readonly server: URL
  /** For a whole exchange, redirects included. */
  readonly time: Milliseconds
  /** In bytes. */
  readonly mostBody: number
  /** Where a socket really goes; tests put their servers at addresses of the internet by it. */
  readonly route?: (address: string, port: number) => { readonly host: string; readonly port: number }
}

/** @limit In bytes: the most that a document of discovery or an answer with tokens may be. */
const mostBody = 1024 * 1024
/** @limit In milliseconds: how long an exchange with an authorisation server may take, redirects included. */
const time: Milliseconds = 15_000

/** The limits that hold in whatever a program makes. */
export const usualLimits: Pick<NetworkParts, 'mostBody' | 'time'> = { mostBody, time }

/** Whether a URL names this machine by its words, whatever a resolver says. */
export function isLoopback(url: URL): boolean {
  const host = hostOf(url)
  if (isIP(host) !== 0) return addressKind(host) === 'loopback'
  return host === 'localhost' || host.endsWith('.localhost')
}

/** Whether an address of that kind may be reached for a URL. */
export function mayReach(url: URL, kind: AddressKind | undefined, { reach, server }: NetworkParts): boolean {
  if (kind === undefined) return true
  if (namesHost(reach.allowHosts ?? [], url)) return true
  if (kind === 'loopback') return isLoopback(server) && isLoopback(url)
  // A name proves nothing, as its owner may point it anywhere by now: only an address that the user wrote does.
  const [host, there] = [hostOf(url), hostOf(server)]
  if (isIP(there) === 0 || isIP(host) === 0) return false
  return kind === 'private' ? addressKind(there) === 'private' : there === host
}
