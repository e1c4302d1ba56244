import { isIP } from 'node:net'

/** Turns a host name into addresses, as `dns.lookup` does. What it answers is judged, then connected to: the name is not asked again. */
export type ResolveHost = (host: string) => Promise<readonly string[]>

/** What of the network may be reached. Without anything, public addresses at ports 80 and 443. */
export interface WebReach {
  /** Hosts that may be reached wherever they lie: `wiki.corp.example`, `*.corp.example`, `10.0.0.7`, each with a port where one is meant, `localhost:3000`. */
  readonly allowHosts?: readonly string[]
  /** Whether every host may lie at a private address. Off. */
  readonly allowPrivate?: boolean
  /** Which ports: `web` is 80 and 443, `unprivileged` those and all from 1024 on. `web` when left out. */
  readonly ports?: 'web' | 'unprivileged'
  /** Certificates, as PEM, of authorities that are trusted beside those of Node. */
  readonly authorities?: readonly string[]
  /** The system's resolver when left out. */
  readonly resolve?: ResolveHost
}

/** Whether a list of hosts names the host of a URL. */
export function namesHost(hosts: readonly string[], url: URL): boolean {
  return hosts.some((entry) => matchesEntry(readEntry(entry), url))
}

/** Whether a URL's port may be reached: as the rules say, or because an entry names it. */
export function allowsPort({ allowHosts = [], ports = 'web' }: WebReach, url: URL): boolean {
  const port = portOf(url)
  if (port === 80 || port === 443) return true
  if (ports === 'unprivileged' && port >= 1024) return true
  const named = allowHosts.map(readEntry).filter((entry) => entry.port !== undefined)
  return named.some((entry) => matchesEntry(entry, url))
}

/** The host of a URL as a policy sees it: in lower case, punycode, without brackets and final dot. */
export function hostOf({ hostname }: URL): string {
  return plainHost(hostname)
}

interface HostEntry {
  readonly host: string
  readonly port: number | undefined
}

function readEntry(entry: string): HostEntry {
  const found = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry)
  return found === null
    ? { host: plainHost(entry), port: undefined }
    : { host: plainHost(found[1] ?? ''), port: Number(found[2]) }
}

function matchesEntry({ host, port }: HostEntry, url: URL): boolean {
  if (port !== undefined && port !== portOf(url)) return false
  const asked = hostOf(url)
  if (!host.startsWith('*.')) return asked === host
  return isIP(asked) === 0 && asked.endsWith(host.slice(1))
}

function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}
