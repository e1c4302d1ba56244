import { KeepupError, type Sequence, type Timestamp } from '@keepup/core'

import type { MemoryMoment } from '../contract/recall.ts'
import { overlayOrigin, type ScopeId } from '../contract/scope.ts'
import type { ResolvedParts } from './parts.ts'

/** Up to which entry a scope was known at a moment; its head when left out. */
export async function sequenceAt(
  parts: ResolvedParts,
  scope: ScopeId,
  head: Sequence,
  moment: MemoryMoment | undefined,
): Promise<Sequence> {
  if (moment === undefined) return head
  if ('time' in moment) return sequenceAtTime(parts, scope, moment.time)
  const { sequence } = moment
  if (Number.isSafeInteger(sequence) && sequence >= 0 && sequence <= head) return sequence
  throw new KeepupError(
    'checkpoint-unknown',
    `${scope} has no entry ${sequence}: its last one is ${head}. Name an entry from 0 to that.`,
    { details: { scope, sequence, head } },
  )
}

async function sequenceAtTime(parts: ResolvedParts, scope: ScopeId, time: Timestamp): Promise<Sequence> {
  for await (const checkpoint of parts.checkpointer.history(scope)) {
    if (checkpoint.time <= time) return checkpoint.sequence
  }
  const origin = overlayOrigin(scope)
  if (origin === undefined) return 0
  return Math.min(origin.at, await sequenceAtTime(parts, origin.base, time))
}
