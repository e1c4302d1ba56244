import { randomUUID } from 'node:crypto'

import { systemClock } from '@keepup/core'

import { defaultThresholds } from './graceful-recovery.ts'
import type { LoopParts } from './loop-parts.ts'
import { defaultRetryPolicy } from './retry-policy.ts'

/** Sensible values for every part of the loop that has one: 50 turns, asking before anything that is not safe, denying where nobody can be asked. */
export const loopDefaults = {
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
} as const satisfies Partial<LoopParts>
