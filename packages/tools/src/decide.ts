import type { Decision, GuardedCall, Policy, Reason } from '@keepup/core'

/** What all policies say together: deny beats ask beats allow, whatever their order. One that throws, or answers nonsense, denies. */
export function decide(policies: readonly Policy[], call: GuardedCall): Decision {
  return joinDecisions(policies.map((policy) => consult(policy, call)))
}

/** Deny beats ask beats allow, whatever the order. A question is firm where one of those that are asked together is. */
export function joinDecisions(decisions: readonly Decision[]): Decision {
  const denials: string[] = []
  const questions: string[] = []
  const reasons: Reason[] = []
  const allowing: Reason[] = []
  let firm = false
  for (const decision of decisions) {
    if (decision.type === 'deny') denials.push(decision.reason)
    if (decision.type === 'allow') allowing.push(...(decision.reasons ?? []))
    if (decision.type === 'ask') {
      questions.push(decision.question)
      reasons.push(...decision.reasons)
      firm ||= decision.firm === true
    }
  }
  if (denials.length > 0) return { type: 'deny', reason: joinTexts(denials) }
  if (questions.length > 0) {
    return { type: 'ask', question: joinTexts(questions), reasons, ...(firm ? { firm } : {}) }
  }
  return allowing.length === 0 ? { type: 'allow' } : { type: 'allow', reasons: allowing }
}

function consult(policy: Policy, call: GuardedCall): Decision {
  try {
    const decision = policy(call)
    if (isDecision(decision)) return decision
    return { type: 'deny', reason: `${nameOf(policy)} gave no decision, which counts as a denial.` }
  } catch (error) {
    return { type: 'deny', reason: `${nameOf(policy)} failed, which counts as a denial: ${String(error)}` }
  }
}

/** Types promise a decision; a policy in plain JavaScript may answer anything. */
function isDecision(decision: unknown): decision is Decision {
  if (typeof decision !== 'object' || decision === null || !('type' in decision)) return false
  if (decision.type === 'allow') return hasReasons(decision)
  if (decision.type === 'deny') return 'reason' in decision && typeof decision.reason === 'string'
  return decision.type === 'ask' && isQuestion(decision)
}

function isQuestion(decision: object): boolean {
  const asked = 'question' in decision && typeof decision.question === 'string'
  return asked && 'reasons' in decision && Array.isArray(decision.reasons)
}

function hasReasons(decision: object): boolean {
  return !('reasons' in decision) || decision.reasons === undefined || Array.isArray(decision.reasons)
}

function nameOf(policy: Policy): string {
  return policy.name === '' ? 'A policy' : `The policy "${policy.name}"`
}

function joinTexts(texts: readonly string[]): string {
  return [...new Set(texts)].join(' ')
}
