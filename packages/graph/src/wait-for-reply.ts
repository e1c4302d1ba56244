import type { Timestamp } from '@keepup/core'

import type { Session } from './session.ts'

/** How a wait ends. */
export interface Ending {
  readonly until: Timestamp | undefined
  /** Takes what came, where something did. */
  take(): Promise<boolean>
  /** What to do once its time has come. */
  late(): Promise<void>
}

/** Looks for what a task waits for: once, or for as long as the run stays. */
export async function waitForReply(session: Session, ending: Ending): Promise<void> {
  const { clock, abort, poll, stays, control } = session
  const { until = Infinity } = ending
  for (;;) {
    if (abort.signal.aborted) return
    if (await ending.take()) return
    const left = until - clock.now()
    if (left <= 0) return ending.late()
    if (!stays || control.stopping !== undefined) return
    // A cancel ends the sleep; the next look says so.
    await clock.sleep(Math.min(left, poll), abort.signal).catch(() => {})
  }
}
