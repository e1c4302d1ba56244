import type { HookEventType } from '@keepup/core'

/** The moments at which a denial means something, so that a hook that fails there must not be taken for one that agrees. */
export const guardedMoments: ReadonlySet<HookEventType> = new Set<HookEventType>([
  'tool-requested',
  'permission-requested',
  'prompt-submitted',
  'model-requested',
  'compaction-requested',
  'stop-requested',
])
