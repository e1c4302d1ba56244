import type { Hash } from '@keepup/core'

import type { Evidence, GateMoment } from '../run/evidence.ts'
import { type Place, scopeOf, type Session } from '../run/session.ts'

/** Where and when a gate is looked at. */
export interface GateSite {
  readonly session: Session
  readonly place: Place
  readonly moment: GateMoment
  /** The files as they are. */
  readonly tree: Hash
}

/** What looking at a gate came to: it waits for a person or another thread, or there is evidence. */
export type Looked =
  | { readonly type: 'waiting'; readonly threads?: readonly string[] }
  | { readonly type: 'found'; readonly evidence: Evidence }

/** What is found out of a gate, without what follows from where it was looked at. */
export type Verdict = Pick<Evidence, 'outcome' | 'reason'> &
  Partial<Pick<Evidence, 'by' | 'command' | 'findings' | 'fingerprint' | 'found' | 'score' | 'thread'>>

/** What gates together came to. */
export type GatesResult =
  | { readonly type: 'waiting'; readonly threads: readonly string[] }
  | {
      readonly type: 'found'
      readonly outcome: Evidence['outcome']
      readonly evidence: readonly Evidence[]
      /** The files for which it holds. */
      readonly tree: Hash
    }

/** The name of a gate in the thread. */
export function gatePath({ place }: Pick<GateSite, 'place'>, gate: { readonly id: string }): string {
  return `${scopeOf(place)}/${gate.id}`
}
