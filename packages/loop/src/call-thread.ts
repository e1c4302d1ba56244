import { type AgentFact, type BesideFacts, type CallKey, type CallThread, KeepupError } from '@keepup/core'

import { openDelegation } from './fold/agent-handlers.ts'
import { keptForLastWords } from './graceful-recovery.ts'
import { draft } from './journal.ts'
import { leftOf } from './run-budget.ts'
import { currentRun, type Session } from './session.ts'

/** Whether the call that the thread was given to has ended, and what is done where it cannot go on. */
export interface CallBinding {
  readonly hasEnded: () => boolean
  readonly suspend: (key: CallKey, approvals: readonly string[]) => void
}

/** The thread of a session, for those who start agents from within it. */
export function callThread(session: Session, { hasEnded, suspend }: CallBinding): CallThread {
  const { journal, thread, settings, parts } = session
  return {
    thread: thread.thread,
    settings,
    suspend,
    get run() {
      return currentRun(session).id
    },
    get delegation() {
      return openDelegation(journal.state)
    },
    get agents() {
      return journal.state.agents ?? []
    },
    get left() {
      const { state } = journal
      return leftOf(state, currentRun(session), keptForLastWords(state), parts.clock.now())
    },
    get lastWords() {
      return keptForLastWords(journal.state)
    },
    get messages() {
      return journal.state.messages
    },
    get exposure() {
      return journal.state.turn?.exposure ?? journal.state.exposure
    },
    async record(facts: readonly AgentFact[], { appends, signals, takes }: BesideFacts = {}) {
      if (hasEnded())
        throw new KeepupError('interrupted', 'The call has ended already: nothing of it is recorded.')
      await journal.append(
        facts.map(({ type, data }) => draft<AgentFact['type']>(type, data)),
        {
          ...(appends === undefined ? {} : { also: appends }),
          ...(signals === undefined ? {} : { signals }),
          ...(takes === undefined ? {} : { takes }),
        },
      )
    },
  }
}
