import { KeepupError, type Repeat, type ToolOutcome } from '@keepup/core'

import { failureFacts } from '../connection/failure-facts.ts'

/** What a failed call came to. Where it may have had its effect, and must not have it twice, that is said: it is `unknown`. */
export function failureOutcome(error: unknown, repeat: Repeat): ToolOutcome {
  if (!KeepupError.is(error)) throw error
  const facts = failureFacts(error)
  if (facts?.outcome === 'unknown' && repeat === 'once') {
    const next = 'It may have been done. Check before you call it again.'
    return { type: 'unknown', reason: `${error.message} ${next}` }
  }
  if (facts?.timedOut !== undefined) return { type: 'timed-out', after: facts.timedOut }
  return { type: 'failed', code: error.code, message: error.message }
}
