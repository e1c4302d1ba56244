import { KeepupError, type Sequence } from '@keepup/core'

import type { Rewind } from '../effective-ranges.ts'
import { unknownPosition } from '../unknown-position.ts'
import { firstSequence, type LineThread } from './located-history.ts'
import { hasForks } from './thread-errors.ts'

/** A thread with its own rewinds. */
export interface RewoundThread {
  readonly thread: LineThread
  readonly rewinds: readonly Rewind[]
}

/** Whether a thread can be pruned through a sequence, given its forks and their forks: `checkpoint-unknown` or `thread-has-forks` where not. */
export function checkPrune(
  { thread, rewinds }: RewoundThread,
  descendants: readonly RewoundThread[],
  through: Sequence,
): void {
  checkThrough(thread, through)
  checkRewinds(thread, rewinds, through)
  // A fork, or a rewind in one, that goes back to before the base needs what would be replaced.
  const needing = descendants.filter(
    (fork) => (fork.thread.origin?.at ?? 0) < through || fork.rewinds.some(({ to }) => to < through),
  )
  if (needing.length === 0) return
  throw hasForks(
    thread.name,
    needing.map((fork) => fork.thread.name),
  )
}

/** Only own entries can be replaced: what a fork inherited belongs to another thread. */
function checkThrough(thread: LineThread, through: Sequence): void {
  if (through > thread.head || !Number.isSafeInteger(through))
    throw unknownPosition(thread.name, through, thread.head)
  const first = firstSequence(thread)
  if (through >= first) return
  const message = `Thread ${thread.name} cannot be pruned through ${through}: its own entries begin at ${first}. Prune through a later one.`
  throw new KeepupError('checkpoint-unknown', message, { details: { thread: thread.name, through, first } })
}

/** A later rewind to before the base would leave the thread without a past. */
function checkRewinds(thread: LineThread, rewinds: readonly Rewind[], through: Sequence): void {
  const later = rewinds.findLast(({ sequence, to }) => sequence > through && to < through)
  if (later === undefined) return
  const message =
    `Thread ${thread.name} cannot be pruned through ${through}, because entry ${later.sequence} rewound it to ${later.to}. ` +
    `Prune through ${later.sequence} or later, or through ${later.to}.`
  throw new KeepupError('checkpoint-unknown', message, { details: { thread: thread.name, through } })
}
