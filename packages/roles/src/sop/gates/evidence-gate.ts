import type { EvidenceGate } from '../definition/gate.ts'
import { matchesPattern } from '../definition/match-pattern.ts'
import type { GateSite, Verdict } from './gate-site.ts'

/** Looks at what the agent really did in this phase, or at another gate: its result must be for the very files that are there now. */
export function lookAtEvidence({ session, place, tree }: GateSite, gate: EvidenceGate): Verdict {
  const { state } = session.journal
  if (gate.gate !== undefined) {
    const found = state.evidence[gate.gate]
    if (found?.outcome !== 'passed') return { outcome: 'failed', reason: `${gate.gate} has not passed` }
    return found.tree === tree
      ? { outcome: 'passed', reason: `${gate.gate} has passed on these files` }
      : { outcome: 'failed', reason: `${gate.gate} passed on other files: they have changed since` }
  }
  const { toolCalled = '', sinceEdit = false, min = 1 } = gate
  const calls = (state.calls[place.branch] ?? []).filter(({ tool }) => matchesPattern(toolCalled, tool))
  const count = calls.reduce((sum, each) => sum + (sinceEdit ? each.sinceEdit : each.count), 0)
  const when = sinceEdit ? ' since the last edit' : ''
  const reason = `${count} calls of ${toolCalled} ended well${when}, and ${min} must`
  return count >= min
    ? { outcome: 'passed', reason: `${count} calls of ${toolCalled}${when}` }
    : { outcome: 'failed', reason }
}
