import type { Fetch } from '@keepup/core'
// eslint-disable-next-line typescript/no-deprecated -- Marked so to be noticed: what may be sent where, `checkUrl` decides.
import { allowInsecureRequests, customFetch } from 'oauth4webapi'

/** Leaves it to us which http: URLs are this machine's: the protocol's library does not know. */
export const protocolIsChecked: {
  // eslint-disable-next-line typescript/no-deprecated -- As above.
  readonly [allowInsecureRequests]: true
  // eslint-disable-next-line typescript/no-deprecated -- As above.
} = { [allowInsecureRequests]: true }

/** Options of the protocol's library under which it sends by this `fetch`. */
export function sentBy(fetch: Fetch, signal: AbortSignal): SentBy {
  return { ...protocolIsChecked, [customFetch]: fetch, signal }
}

/** What `sentBy` gives. */
export interface SentBy {
  // eslint-disable-next-line typescript/no-deprecated -- As above.
  readonly [allowInsecureRequests]: true
  readonly [customFetch]: Fetch
  readonly signal: AbortSignal
}
