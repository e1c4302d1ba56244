import type { KeyRing } from '@keepup/core'

import type { StoreMark } from './store-mark.ts'

/** The scope under which all artifacts of a store are encrypted. */
export const artifactScope = 'artifacts'

/** What a ring calls a scope of one store: those of two stores never meet, whatever they are called, nor those of threads and artifacts. */
export function scopeName({ store }: StoreMark, kind: 'threads' | 'artifacts', scope: string): string {
  return JSON.stringify([store, kind, scope])
}

/** The part of a ring that is one store's. */
export function scopedKeyRing(ring: KeyRing, mark: StoreMark, kind: 'threads' | 'artifacts'): KeyRing {
  return {
    get: (scope, id) => ring.get(scopeName(mark, kind, scope), id),
    destroy: (scope) => ring.destroy(scopeName(mark, kind, scope)),
  }
}
