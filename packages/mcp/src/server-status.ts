import type { Hash, JsonObject, Milliseconds, Timestamp } from '@keepup/core'

import type { ServerDefinition } from './server-definition.ts'

/**
 * What a server is doing. `idle`: not started, or ended for want of use. `waiting`: failed, and started again at `retryAt` or when it is asked after.
 * `needs-authorisation`: a person must log in. `needs-approval`: a person must allow it to run. `failed`: only a person can mend it.
 */
export type ServerState =
  | { readonly state: 'disabled' | 'idle' | 'starting' }
  | { readonly state: 'connected'; readonly since: Timestamp; readonly protocol: string }
  | {
      readonly state: 'waiting'
      readonly reason: string
      readonly failures: number
      readonly retryAt: Timestamp
    }
  | { readonly state: 'needs-authorisation'; readonly reason: string }
  | { readonly state: 'needs-approval'; readonly digest: Hash }
  | { readonly state: 'failed'; readonly reason: string }

/** A server as a person sees it in a list. */
export type ServerStatus = ServerState & {
  readonly name: string
  readonly definition: ServerDefinition
  /** How many tools are offered; `undefined` while that is not known. */
  readonly tools?: number
  /** How long connecting took the last time. */
  readonly connecting?: Milliseconds
}

/** A tool as its server describes it, with the name that it has here. */
export interface OfferedTool {
  /** What models call it: at most 64 of `A-Z a-z 0-9 _ -`, unique in the hub, the same in every run. */
  readonly name: string
  readonly server: string
  /** What the server calls it. */
  readonly serverName: string
  readonly title?: string
  readonly description: string
  readonly inputSchema: JsonObject
  /** What arguments are checked by, where it is not what the server sent. */
  readonly checked?: JsonObject
  /** Makes of some of the description what a model is shown of it: given by `HubParts.review`. */
  readonly mark?: (words: string) => string
  readonly outputSchema?: JsonObject
  readonly annotations?: JsonObject
  /** What the server sent, whole. */
  readonly raw: JsonObject
}

/** A tool that cannot be offered, and why. */
export interface RefusedTool {
  readonly serverName: string
  readonly reason: string
}

/** What a server said that it is and offers. All of it is the server's word. */
export interface ServerDescription {
  readonly server: string
  /** The name and version that the server gives itself. */
  readonly implementation?: { readonly name: string; readonly version: string }
  readonly protocol: string
  readonly instructions?: string
  /** Sorted by name. */
  readonly tools: readonly OfferedTool[]
  readonly refused: readonly RefusedTool[]
  /** Whether it was read from the store, not from the server in this run. */
  readonly cached: boolean
  readonly at: Timestamp
}
