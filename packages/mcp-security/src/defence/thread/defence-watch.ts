import type { Decision, Entry, GuardedCall, JsonValue, Policy } from '@keepup/core'

import { askAbout } from '../ask/ask-about.ts'
import type { Defence, DefendedCall, Verdict } from '../defence.ts'
import type { ObservedResult } from '../observe/observe-result.ts'
import { applyEntry } from './apply-entry.ts'
import { inputOf } from './input-of.ts'
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
  const judge = (call: GuardedCall): Decision => {
    const input: JsonValue = inputOf(call.arguments)
    const asked = { tool: call.tool.name, input, exposed: call.exposure.integrity === 'free-text' }
    const verdict = decide(asked)
    if (verdict.type === 'allow' && verdict.findings.length > 0) report?.(call, verdict)
    return toDecision(guard, state, asked, verdict)
  }
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
      return judge(call)
    },
  }
}

function toDecision(guard: Defence, { seen }: ThreadDefence, call: DefendedCall, verdict: Verdict): Decision {
  if (verdict.type === 'allow') return { type: 'allow' }
  const { question, reasons } = askAbout(guard, seen, call, verdict)
  if (verdict.type === 'ask') return { type: 'ask', question, reasons, firm: true }
  return {
    type: 'deny',
    reason: `${reasons.map(({ text }) => text).join('; ')}. Go on without it, or tell the user.`,
  }
}
