import type { Sequence } from '@keepup/core'

import type { IndexRange } from '../contract/memory-index.ts'
import { overlayOrigin, type ScopeId } from '../contract/scope.ts'
import { unbounded } from './entry-types.ts'

/** A part of a scope: an overlay has its own, and those of what it lies over. */
export interface ScopeLine {
  readonly scope: ScopeId
  readonly range: IndexRange
}

/** The parts of a scope, the oldest first. */
export function linesOf(scope: ScopeId, through: Sequence = unbounded): readonly ScopeLine[] {
  const origin = overlayOrigin(scope)
  if (origin === undefined) return [{ scope, range: { after: 0, through } }]
  const past = linesOf(origin.base, Math.min(origin.at, through))
  return [...past, { scope, range: { after: origin.at, through } }]
}
