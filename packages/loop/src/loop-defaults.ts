import { randomUUID } from 'node:crypto'

import { systemClock } from '@keepup/core'

import { defaultThresholds } from './graceful-recovery.ts'
import type { LoopParts } from './loop-parts.ts'
import { defaultRetryPolicy } from './retry-policy.ts'

/** The parts that have a sensible value of their own. */
export type LoopDefaults = Pick<
  LoopParts,
  | 'limits'
  | 'mode'
  | 'unattended'
  | 'retry'
  | 'thresholds'
  | 'poll'
  | 'leaseTtl'
  | 'snapshotAfter'
  | 'group'
  | 'clock'
  | 'newId'
>

/** 50 turns; asking before anything that is not safe, denying where nobody can be asked; this machine's clock, random ids. */
export const loopDefaults: LoopDefaults = {
  limits: { turns: 50 },
  mode: 'ask',
  unattended: 'deny',
  retry: defaultRetryPolicy,
  thresholds: defaultThresholds,
  poll: 100,
  leaseTtl: 30_000,
  snapshotAfter: 4_096,
  group: true,
  clock: systemClock,
  newId: randomUUID,
}
