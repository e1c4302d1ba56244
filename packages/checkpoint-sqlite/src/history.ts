import type { Rewind } from '@keepup/checkpoint'
import { type LocatedHistory, locateHistory } from '@keepup/checkpoint/backend'
import type { Sequence } from '@keepup/core'

import type { Parts } from './parts.ts'
import type { ThreadRow } from './thread-rows.ts'

/** The effective history of a thread up to a position; `checkpoint-unknown` where the position does not exist. */
export function effectiveHistory(parts: Parts, thread: ThreadRow, at: Sequence): LocatedHistory<ThreadRow> {
  const line: [ThreadRow, Rewind[]][] = []
  for (let step: ThreadRow | undefined = thread; step !== undefined; step = parts.threads.parent(step)) {
    line.push([step, parts.rewinds.of(step.id)])
  }
  return locateHistory(line, at)
}
