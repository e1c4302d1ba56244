import type { Entry, GuardedCall, Policy } from '@keepup/core'

import type { Defence, DefendedCall, Verdict } from '../defence.ts'
import { judgeGuarded } from '../guard/judge-guarded.ts'
import type { ObservedResult } from '../observe/observe-result.ts'
import { applyEntry } from './apply-entry.ts'
import { initialThreadDefence, type ThreadDefence } from './thread-defence.ts'

/** One thread's defence while it runs: tell it everything that the model is shown, in order, before the next call is decided. */
export interface DefenceWatch {
  readonly state: ThreadDefence
  observePrompt(text: string): void
  observeResult(result: ObservedResult): void
  /** Either this for every entry of the thread, or the two above; not both. */
  observe(entry: Entry): void
  decide(call: DefendedCall): Verdict
  /** For `policies` of the coordinator. Its questions are firm: no hook answers them. */
  readonly policy: Policy
}

/** Begins to watch a thread, from what its fold says where it has a past. `report` hears of findings that only warn. */
export function watchThread(
  guard: Defence,
  from: ThreadDefence = initialThreadDefence,
  report?: (call: GuardedCall, verdict: Verdict) => void,
): DefenceWatch {
  let state = from
  const decide = (call: DefendedCall): Verdict => guard.decide(state.seen, call)
  return {
    get state() {
      return state
    },
    observePrompt(text) {
      state = { ...state, seen: guard.observePrompt(state.seen, text) }
    },
    observeResult(result) {
      state = { ...state, seen: guard.observeResult(state.seen, result) }
    },
    observe(entry) {
      state = applyEntry(guard, state, entry)
    },
    decide,
    policy: function defence(call) {
      return judgeGuarded(guard, state.seen, call, { report })
    },
  }
}
