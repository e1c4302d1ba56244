import type { Match } from './match.ts'

/** Whether a host fits a pattern: `example.com` itself, `*.example.com` those below it, `*` or `**` every one. A host that is not known may fit. */
export function matchHost(pattern: string, target: string): Match {
  if (pattern === '*' || pattern === '**') return target === '*' ? 'maybe' : 'yes'
  if (target === '*') return 'maybe'
  const [wanted, host] = [plainHost(pattern), plainHost(target)]
  if (wanted.startsWith('*.')) return host.endsWith(wanted.slice(1)) ? 'yes' : 'no'
  return wanted === host ? 'yes' : 'no'
}

/** A host name in lower case, without port and final dot. */
function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^(\[[^\]]*\]|[^:]*):\d+$/, '$1')
    .replace(/\.$/, '')
}
