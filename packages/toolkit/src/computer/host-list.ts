import { KeepupError } from '@keepup/core'

/** Which hosts may be reached, as `SandboxProfile.hosts` spells them. */
export interface HostList {
  /** How the list names a host: by itself, by a pattern of names, or not at all. The host is a URL's: lower case, an IPv6 address in brackets. */
  names(host: string, port: number): 'exactly' | 'by-pattern' | undefined
}

interface HostEntry {
  readonly suffix?: string
  readonly host: string
  readonly port?: number
}

/**
 * Reads a list of hosts: `example.com`, `*.example.com` for those below it, addresses, each with `:PORT` where only that port is meant. Fails
 * `configuration-invalid` where an entry is none.
 */
export function hostList(hosts: readonly string[] | 'any'): HostList {
  if (hosts === 'any') return { names: () => 'by-pattern' }
  const entries = hosts.map(readEntry)
  return {
    names(name, port) {
      const host = name.replace(/\.$/, '')
      const fitting = entries.filter((entry) => (entry.port ?? port) === port)
      if (fitting.some((entry) => entry.suffix === undefined && entry.host === host)) return 'exactly'
      return fitting.some(({ suffix }) => suffix !== undefined && host.endsWith(suffix))
        ? 'by-pattern'
        : undefined
    },
  }
}

function readEntry(text: string): HostEntry {
  const wildcard = text.startsWith('*.')
  const authority = wildcard ? text.slice(2) : text
  const host = hostOf(authority)
  if (host === undefined) {
    throw new KeepupError(
      'configuration-invalid',
      `${JSON.stringify(text)} is no host. Write "example.com", "*.example.com", "127.0.0.1" or "[::1]", with ":PORT" where only that port is meant.`,
    )
  }
  // A URL drops the port that is its scheme's own.
  const port = /:(\d+)$/u.exec(authority.replace(/^\[[^\]]*\]/u, ''))?.[1]
  const only = port === undefined ? {} : { port: Number(port) }
  return wildcard ? { host, suffix: `.${host}`, ...only } : { host, ...only }
}

/** The host of an authority as URLs spell it; `undefined` where there is anything but a host and a port. */
function hostOf(authority: string): string | undefined {
  if (/[/?#@*\\\s]/u.test(authority)) return undefined
  const host = URL.parse(`http://${authority}`)?.hostname.replace(/\.$/u, '')
  return host === '' ? undefined : host
}
