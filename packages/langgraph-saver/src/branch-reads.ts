import { KeepupError } from '@keepup/core'

import type { GraphIndex } from './graph-index.ts'

/** How this process came to a checkpoint: as the newest one, by its id, or by putting it. */
type Way = 'newest' | 'by-id' | 'put'

/**
 * Knows what this process read, and so whether what it puts follows from what it saw. A run that starts at the newest checkpoint, or goes on from its own, must
 * be the only one to go on from there; whoever names a checkpoint by its id wants a branch.
 */
export class BranchReads {
  readonly #ways = new Map<string, Way>()

  /** `id` left out: the namespace was found empty. */
  note(ns: string, id: string | undefined, way: Way): void {
    this.#ways.set(keyOf(ns, id), way)
  }

  /** Fails `checkpoint-conflict` where another run went on from the same checkpoint. */
  check(
    index: GraphIndex,
    put: { readonly ns: string; readonly id: string; readonly parent: string | undefined },
  ): void {
    const way = this.#ways.get(keyOf(put.ns, put.parent))
    if (way === undefined || way === 'by-id') return
    const others = [...index.following(put.ns, put.parent)].filter((id) => id !== put.id)
    const foreign =
      way === 'newest' ? others : others.filter((id) => this.#ways.get(keyOf(put.ns, id)) !== 'put')
    if (foreign.length > 0) throw conflict(put, foreign)
  }
}

function keyOf(ns: string, id: string | undefined): string {
  return JSON.stringify([ns, id ?? null])
}

function conflict(
  put: { readonly id: string; readonly parent: string | undefined },
  others: readonly string[],
): KeepupError {
  const from = put.parent === undefined ? 'The start of the thread' : `Checkpoint ${put.parent}`
  const message =
    `${from} is not the newest any more: another run went on from it, to checkpoint ${others.join(', ')}. Nothing of checkpoint ${put.id} was stored. ` +
    'Run again from the newest checkpoint, or name the one to branch from with checkpoint_id.'
  return new KeepupError('checkpoint-conflict', message, {
    details: { checkpoint: put.id, parent: put.parent, others },
  })
}
