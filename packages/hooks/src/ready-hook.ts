import type { HookEvent, HookEventType, HookSituation, HookVerdict, Milliseconds } from '@keepup/core'

import type { OnFailure } from './hook.ts'

/** What running a hook came to. */
export interface HookAnswer {
  readonly verdict: HookVerdict
  /** What went wrong although it said something: of that, refusals stand. */
  readonly problem?: string
}

/** A hook of any kind, as it is run. */
export interface ReadyHook {
  readonly name: string
  readonly timeout: Milliseconds
  readonly onFailure: OnFailure
  readonly sequential: boolean
  /** Whether nobody waits for it: then it decides nothing. */
  readonly background: boolean
  /** Whether it starts something outside of this process, of which only so many may run at once. */
  readonly external: boolean
  /** The moments it may want to know of. */
  readonly on: ReadonlySet<HookEventType>
  /** Whether a failure at such a moment stops what it guards. */
  guards(type: HookEventType): boolean
  /** Whether this very event is for it. */
  wants(event: HookEvent, situation: HookSituation): boolean
  /** Rejects where it fails. */
  run(event: HookEvent, situation: HookSituation): Promise<HookAnswer>
}
