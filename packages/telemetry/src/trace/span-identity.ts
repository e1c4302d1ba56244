import { createHash } from 'node:crypto'

import type { RunId, Sequence, ThreadId } from '@keepup/core'

/** The trace of a run: the same for the same run, whoever tells it and how often. */
export function traceIdOf(thread: ThreadId, run: RunId): string {
  return digest(['trace', thread, run], 32)
}

/** The trace of agents whose starters are told elsewhere: the same for all that belong to one root, whichever processes tell of them. */
export function treeIdOf(root: ThreadId): string {
  return digest(['tree', root], 32)
}

/** The span that an entry begins. */
export function spanIdOf(thread: ThreadId, sequence: Sequence): string {
  return digest(['span', thread, String(sequence)], 16)
}

/** All zeros would be no id (W3C Trace Context, section 3.2.2.3); a hash is not. */
function digest(parts: readonly string[], length: number): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, length)
}
