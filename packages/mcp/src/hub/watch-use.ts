import type { Clock, Milliseconds } from '@keepup/core'

import type { SdkConnection } from '../connection/sdk-connection.ts'

/** @limit In milliseconds: how long a server is kept that nobody uses, where its definition does not say. */
const usualIdle: Milliseconds = 30 * 60_000

/** In milliseconds: how soon another bound of the configuration is noticed. */
const longestLook: Milliseconds = 60_000

/** What watching needs. */
export interface UseParts {
  readonly clock: Clock
  /** How long it may be of no use, as it is configured now. */
  readonly idle: () => Milliseconds | undefined
  /** Called once nobody has used the connection for so long. */
  readonly unused: () => void
}

/** Watches a connection until it ends, or was of no use for long: nothing was asked, nothing is waited for, and no resource is watched. */
export async function watchUse(
  connection: Pick<SdkConnection, 'ended' | 'quietSince' | 'idle'>,
  { clock, idle, unused }: UseParts,
): Promise<void> {
  const over = new AbortController()
  void connection.ended.then(() => over.abort(new Error('It has ended.')))
  while (!over.signal.aborted) {
    const since = connection.quietSince
    const longest = idle() ?? usualIdle
    const left = since === undefined ? longest : since + longest - clock.now()
    if (left <= 0) return unused()
    await clock.sleep(Math.min(left, longestLook), over.signal).catch(() => {})
  }
}
