import { type EffectiveHistory, effectiveRanges, type Line } from '@keepup/checkpoint'
import type { Sequence } from '@keepup/core'

import type { Parts } from './parts.ts'
import { unknownPosition } from './thread-errors.ts'
import type { ThreadRow } from './thread-rows.ts'

/** The ranges of entries that make up a history, and the threads that they lie in by name. */
export interface LocatedHistory extends EffectiveHistory {
  readonly threads: ReadonlyMap<string, ThreadRow>
}

/** The effective history of a thread up to a position; `checkpoint-unknown` where the position does not exist. */
export function effectiveHistory(parts: Parts, thread: ThreadRow, at: Sequence): LocatedHistory {
  if (!Number.isSafeInteger(at) || at < 0 || at > thread.head)
    throw unknownPosition(thread.name, at, thread.head)
  const threads = new Map<string, ThreadRow>()
  const lines: Line[] = []
  for (let step: ThreadRow | undefined = thread; step !== undefined; step = parts.threads.parent(step)) {
    threads.set(step.name, step)
    lines.push({
      thread: step.name,
      after: step.origin?.at ?? 0,
      rewinds: parts.rewinds.of(step.id),
      ...(step.base === undefined ? {} : { base: step.base }),
    })
  }
  return { ...effectiveRanges(lines, at), threads }
}

/** The sequence of the first own entry that there is or will be. */
export function firstSequence(thread: ThreadRow): Sequence {
  return thread.base ?? (thread.origin?.at ?? 0) + 1
}
