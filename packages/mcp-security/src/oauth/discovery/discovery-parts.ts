import type { Fetch } from '@keepup/core'

import type { Defences } from '../defences.ts'
import type { NetworkParts } from '../network/reach.ts'

/** What looking for an authorisation server takes. */
export interface DiscoveryParts {
  readonly server: URL
  /** The guarded one. */
  readonly fetch: Fetch
  readonly network: NetworkParts
  readonly defences: Defences
  readonly signal: AbortSignal
}
