import type { JsonWebKey } from 'node:crypto'

import type { Clock, Fetch } from '@keepup/core'

import type { AskingGate } from './asking-gate.ts'
import type { Defences } from './defences.ts'
import type { NetworkParts } from './network/reach.ts'
import type { OAuthEvent, OAuthOptions } from './oauth-options.ts'
import type { Credentials } from './tokens/credentials.ts'
import type { ProofKey } from './tokens/proof-key.ts'

/** What every step of authorisation for one server takes. */
export interface SessionParts {
  readonly server: URL
  readonly options: OAuthOptions
  readonly defences: Defences
  readonly network: NetworkParts
  /** The guarded one: for metadata, registration and tokens, never for calls of the server. */
  readonly fetch: Fetch
  readonly clock: Clock
  readonly credentials: Credentials
  /** Opens the key that kept tokens are bound to; the same one twice is opened once, with the nonces that it got. */
  readonly openProof: (jwk: JsonWebKey) => ProofKey
  readonly gate: AskingGate
  readonly report: (event: Omit<OAuthEvent, 'server'>) => void
}
