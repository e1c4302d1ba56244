import { namesPort, portOf, type ResolveHost } from '@keepup/network'

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

/** Whether a URL's port may be reached: as the rules say, or because an entry names it. */
export function allowsPort({ allowHosts = [], ports = 'web' }: WebReach, url: URL): boolean {
  const port = portOf(url)
  if (port === 80 || port === 443) return true
  if (ports === 'unprivileged' && port >= 1024) return true
  return namesPort(allowHosts, url)
}
