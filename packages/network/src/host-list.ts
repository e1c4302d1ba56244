import { isIP } from 'node:net'

import { hostOf, plainHost } from './host-of.ts'
import { portOf } from './port-of.ts'

/** Whether a list of hosts names the host of a URL: `wiki.corp.example`, `*.corp.example` for all below it, `10.0.0.7`, each with a port where one is meant. */
export function namesHost(hosts: readonly string[], url: URL): boolean {
  return hosts.some((entry) => matchesEntry(readEntry(entry), url))
}

/** Whether a list of hosts names the host of a URL together with its port. */
export function namesPort(hosts: readonly string[], url: URL): boolean {
  const named = hosts.map(readEntry).filter(({ port }) => port !== undefined)
  return named.some((entry) => matchesEntry(entry, url))
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
