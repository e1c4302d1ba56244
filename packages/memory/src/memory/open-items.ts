import type { Sequence } from '@keepup/core'

import type { ScopeId } from '../contract/scope.ts'
import { overlayOrigin } from '../contract/scope.ts'
import type { ItemHistory } from '../items/item-history.ts'
import { catchUp, loadHistory } from './catch-up.ts'
import type { ResolvedParts } from './parts.ts'

/** The items of a scope as they are now. */
export interface OpenItems {
  readonly history: ItemHistory
  readonly at: Sequence
}

/** Reads the items of a scope up to its head. */
export async function openItems(parts: ResolvedParts, scope: ScopeId): Promise<OpenItems> {
  const at = Math.max(await catchUp(parts, scope), overlayOrigin(scope)?.at ?? 0)
  return { history: await loadHistory(parts, scope, at), at }
}
