import { currentOwner } from '@keepup/checkpoint'
import { type Entry, KeepupError, type Lease, type NewEntry } from '@keepup/core'

import { overlayOrigin, type ScopeId } from '../contract/scope.ts'
import type { ResolvedParts } from './parts.ts'

/** How long others that make the same scope are waited for, in tries and milliseconds. */
const patience = { tries: 50, pause: 20 } as const
const leaseLength = 10_000

/**
 * Appends to a scope wherever its head is, making it where there is none: as a fork, where it is an overlay. The entries that are new: what has a known id is
 * one entry with that.
 */
export async function appendToScope(
  parts: ResolvedParts,
  scope: ScopeId,
  entries: readonly NewEntry[],
): Promise<readonly Entry[]> {
  for (let tries = 0; ; tries++) {
    const made = (await appendToHead(parts, scope, entries)) ?? (await makeScope(parts, scope, entries))
    if (made !== undefined) return made
    if (tries >= patience.tries) throw busy(scope)
    await parts.clock.sleep(patience.pause)
  }
}

async function appendToHead(
  { checkpointer }: ResolvedParts,
  scope: ScopeId,
  entries: readonly NewEntry[],
): Promise<readonly Entry[] | undefined> {
  try {
    const appends = [{ thread: scope, after: 'head', entries }] as const
    const [made] = await checkpointer.commit({ appends, flush: 'process' })
    return made?.entries ?? []
  } catch (error) {
    if (KeepupError.is(error, 'thread-unknown')) return undefined
    throw error
  }
}

/** The first entries of a scope; `undefined` where somebody else makes it at this moment. */
async function makeScope(
  parts: ResolvedParts,
  scope: ScopeId,
  entries: readonly NewEntry[],
): Promise<readonly Entry[] | undefined> {
  const origin = overlayOrigin(scope)
  if (origin !== undefined && origin.at > 0) {
    await forkOnce(parts, origin, scope)
    return undefined
  }
  const lease = await leaseIfFree(parts, scope)
  if (lease === undefined) return undefined
  try {
    const append = { thread: scope, after: 0, lease: lease.token, entries, writers: 'many' } as const
    const [made] = await parts.checkpointer.commit({ appends: [append], flush: 'process' })
    return made?.entries ?? []
  } catch (error) {
    if (KeepupError.is(error, 'checkpoint-conflict') || KeepupError.is(error, 'thread-exists'))
      return undefined
    throw error
  } finally {
    await lease.release()
  }
}

async function forkOnce(
  { checkpointer }: ResolvedParts,
  { base, at }: { readonly base: ScopeId; readonly at: number },
  scope: ScopeId,
): Promise<void> {
  try {
    await checkpointer.fork({ thread: base, at }, scope)
  } catch (error) {
    if (!KeepupError.is(error, 'thread-exists')) throw error
  }
}

async function leaseIfFree(
  { checkpointer, newId }: ResolvedParts,
  scope: ScopeId,
): Promise<Lease | undefined> {
  try {
    return await checkpointer.lease(scope, currentOwner(newId()), leaseLength)
  } catch (error) {
    if (KeepupError.is(error, 'lease-held')) return undefined
    throw error
  }
}

function busy(scope: ScopeId): KeepupError {
  return new KeepupError(
    'database-busy',
    `${scope} is being made by another process, which does not end. Nothing was written; try again.`,
    { details: { scope } },
  )
}
