import type { Timestamp } from '@keepup/core'

import type { SdkConnection } from '../connection/sdk-connection.ts'
import type { ServerDefinition } from '../server-definition.ts'
import type { ServerState } from '../server-status.ts'
import { definitionFault } from './check-definition.ts'
import type { Failures } from './failures.ts'

/** A connection that is used, and since when. */
export interface CurrentConnection {
  readonly connection: SdkConnection
  readonly since: Timestamp
}

/** What is known of a server at a moment. */
export interface ServerMoment {
  readonly definition: ServerDefinition
  readonly current: CurrentConnection | undefined
  readonly isStarting: boolean
  /** Why it may not be started, or could not be. */
  readonly refusal: ServerState | undefined
  readonly failures: Failures
}

/** What a server is doing. */
export function stateOf({ definition, current, isStarting, refusal, failures }: ServerMoment): ServerState {
  const fault = definitionFault(definition)
  if (fault !== undefined) return { state: 'failed', reason: fault }
  if (!definition.enabled) return { state: 'disabled' }
  if (current !== undefined) {
    const { connection, since } = current
    return { state: 'connected', since, protocol: connection.protocol }
  }
  if (isStarting) return { state: 'starting' }
  if (refusal !== undefined) return refusal
  const { count, reason, retryAt } = failures
  return count === 0 ? { state: 'idle' } : { state: 'waiting', reason, failures: count, retryAt }
}
