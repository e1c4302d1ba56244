import type { JsonObject, JsonValue, Timestamp } from '@keepup/core'

import { transportHash } from '../connection/era-verdict.ts'
import { isObject } from '../connection/keep-raw.ts'
import type { HubStore } from '../hub-parts.ts'
import type { ServerDefinition } from '../server-definition.ts'

/** What a server was last found to offer. */
export interface StoredOffer {
  readonly protocol: string
  readonly implementation?: { readonly name: string; readonly version: string }
  readonly instructions?: string
  /** As the server listed them. */
  readonly tools: readonly JsonObject[]
  readonly at: Timestamp
}

/** @limit In characters of JSON: an offer that is larger is asked for anew in each run. */
const largest = 8_000_000

/** Reads what was kept of a server's offer; `undefined` where nothing was, or the store fails. */
export async function readOffer(
  store: HubStore | undefined,
  definition: ServerDefinition,
): Promise<StoredOffer | undefined> {
  const found = await store?.get(offerKey(definition)).catch(() => undefined)
  if (!isObject(found) || !Array.isArray(found['tools'])) return undefined
  const { protocol, at, instructions, implementation } = found
  if (typeof protocol !== 'string' || typeof at !== 'number') return undefined
  return {
    protocol,
    at,
    tools: found['tools'].filter(isObject),
    ...(typeof instructions === 'string' ? { instructions } : {}),
    ...readImplementation(implementation),
  }
}

function readImplementation(
  value: JsonValue | undefined,
): Pick<StoredOffer, 'implementation'> | Record<string, never> {
  if (!isObject(value) || typeof value['name'] !== 'string' || typeof value['version'] !== 'string') return {}
  return { implementation: { name: value['name'], version: value['version'] } }
}

/** Keeps a server's offer for later runs. A store that fails keeps nothing. */
export async function writeOffer(
  store: HubStore | undefined,
  definition: ServerDefinition,
  offer: StoredOffer,
): Promise<void> {
  if (store === undefined || JSON.stringify(offer).length > largest) return
  const { tools, implementation, ...rest } = offer
  const named = implementation === undefined ? {} : { implementation: { ...implementation } }
  await store.set(offerKey(definition), { ...rest, ...named, tools }).catch(() => {})
}

function offerKey({ transport }: ServerDefinition): string {
  return `offer:${transportHash(transport)}`
}

/** Forgets a server's offer. */
export async function eraseOffer(store: HubStore | undefined, definition: ServerDefinition): Promise<void> {
  await store?.delete(offerKey(definition)).catch(() => {})
}
