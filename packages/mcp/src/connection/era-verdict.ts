import { createHash } from 'node:crypto'

import { canonicalJson, type Clock, type JsonObject, type JsonValue, type Milliseconds } from '@keepup/core'

import type { HubStore } from '../hub-parts.ts'
import type { ServerDefinition } from '../server-definition.ts'
import { isObject } from './keep-raw.ts'

/** Which protocol a server was found to speak: with it, connecting needs no probe. */
export type EraVerdict =
  | { readonly era: 'legacy'; readonly type?: 'sse' }
  /** What the server answered to `server/discover`. */
  | { readonly era: 'modern'; readonly discover: JsonObject }

/** Verdicts are believed for as long: a server that learned a newer version still answers in the older one, and would for ever. */
const believed: Milliseconds = 24 * 3_600_000

/** The verdicts of one server in a store. All of it can be lost; a store that fails is one that is empty. */
export interface EraMemory {
  recall(): Promise<EraVerdict | undefined>
  remember(verdict: EraVerdict): Promise<void>
  forget(): Promise<void>
}

/** Verdicts belong to how a server is reached, not to its name: another command is another server. Values of variables and headers are no part of it. */
export function createEraMemory(
  { transport }: Pick<ServerDefinition, 'transport'>,
  store: HubStore | undefined,
  clock: Clock,
): EraMemory {
  const key = `era:${transportHash(transport)}`
  return {
    async recall() {
      const found = await store?.get(key).catch(() => undefined)
      return readVerdict(found, clock.now())
    },
    async remember(verdict) {
      await store?.set(key, { ...verdict, at: clock.now() }).catch(() => {})
    },
    async forget() {
      await store?.delete(key).catch(() => {})
    },
  }
}

/** A name for how a server is reached, without its secrets. */
export function transportHash(transport: ServerDefinition['transport']): string {
  const { type } = transport
  const names =
    transport.type === 'stdio'
      ? {
          command: transport.command,
          args: transport.args,
          env: Object.keys(transport.env).toSorted(),
          cwd: transport.cwd,
        }
      : { url: transport.url, headers: Object.keys(transport.headers).toSorted() }
  return createHash('sha256')
    .update(canonicalJson({ type, ...names }))
    .digest('hex')
}

function readVerdict(found: JsonValue | undefined, now: number): EraVerdict | undefined {
  if (!isObject(found)) return undefined
  const { at, era, discover, type } = found
  if (typeof at !== 'number' || Math.abs(now - at) > believed) return undefined
  if (era === 'modern' && isObject(discover)) return { era, discover }
  if (era !== 'legacy') return undefined
  return type === 'sse' ? { era, type } : { era }
}
