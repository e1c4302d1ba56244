import type { Discovered } from '../discovery/discover.ts'
import type { Demand } from '../discovery/read-challenges.ts'
import type { Grant } from '../oauth-options.ts'
import type { Binding, Tokens } from './credentials.ts'

interface ScopeSources {
  readonly found: Discovered
  readonly demand: Demand
  readonly settings: readonly string[] | undefined
  readonly held: Tokens | undefined
  readonly binding: Binding | undefined
  readonly grant: Grant['type'] | undefined
}

/**
 * What to ask for: the challenge's scopes, else those of the settings, else those of the resource's metadata, else none; with what was asked for and had before, so that
 * a step-up loses nothing; and `offline_access` where the issuer knows it and a person logs in.
 */
export function scopesFor({
  found,
  demand,
  settings,
  held,
  binding,
  grant = 'authorization-code',
}: ScopeSources): readonly string[] {
  const wanted = demand.scopes.length > 0 ? demand.scopes : (settings ?? found.scopes ?? [])
  const before = [...(binding?.asked ?? []), ...(held?.scopes ?? [])]
  const supported: unknown = found.issuer.scopes_supported
  const isOffline =
    grant === 'authorization-code' && Array.isArray(supported) && supported.includes('offline_access')
  return [...new Set([...before, ...wanted, ...(isOffline ? ['offline_access'] : [])])]
}

/** Whether every wanted scope is among the given ones. */
export function covers(given: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((scope) => given.includes(scope))
}
