import type { CallSituation } from '@keepup/core'

import { commandFolder } from './command-folder.ts'
import type { Session } from './session.ts'

/** What the coordinator is told of the moment at which a call is decided. */
export function callSituation(session: Session, signal: AbortSignal): CallSituation {
  const { state } = session.journal
  return {
    mode: session.settings.mode,
    exposure: state.turn?.exposure ?? state.exposure,
    ...commandFolder(state),
    signal,
    recorded: () => session.journal.flush(),
    ...session.guards?.situation(),
  }
}
