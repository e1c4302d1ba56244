import type { JsonPointer } from '@keepup/core'

/**
 * Why a node failed. `thrown`: its code did. `timed-out`: an attempt or a wait took too long. `update-invalid`, `input-invalid`: what it gave back, or was sent,
 * is not what the schema asks for. `agent-failed`: its agent gave no answer. `limit-reached`: a graph within came to a bound. `unknown`: a crash came in between, and
 * it may have happened. `rejected`: a person decided that it failed.
 */
export type NodeFailureKind =
  | 'thrown'
  | 'timed-out'
  | 'update-invalid'
  | 'input-invalid'
  | 'agent-failed'
  | 'limit-reached'
  | 'unknown'
  | 'rejected'

/** A failure that a program can read. */
export interface NodeFailure {
  /** The node, after the names of the graphs that it is in. */
  readonly node: string
  readonly kind: NodeFailureKind
  readonly message: string
  /** Of the error that was thrown, where it had one. */
  readonly code?: string
  /** The attempt that failed, from 1. */
  readonly attempt: number
  /** The channel whose update is invalid. */
  readonly channel?: string
  /** Where in the update or the input; '' for the whole. */
  readonly pointer?: JsonPointer
}
