import type { Decision, GuardedCall, Reason } from '@keepup/core'

import { askAbout } from '../ask/ask-about.ts'
import type { Defence, DefendedCall, Verdict } from '../defence.ts'
import type { DefenceState } from '../observe/defence-state.ts'
import { defendedCall } from './defended-call.ts'

/** How a guarded call is judged. */
export interface GuardedJudgement {
  /** The state was folded from every entry of the thread. */
  readonly knowsAll?: boolean
  /** Hears of findings that only warn. */
  readonly report?: ((call: GuardedCall, verdict: Verdict) => void) | undefined
}

/** What the defence says of a guarded call, as a decision. Its questions are firm: no hook answers them. */
export function judgeGuarded(
  guard: Defence,
  state: DefenceState,
  call: GuardedCall,
  { knowsAll = false, report }: GuardedJudgement = {},
): Decision {
  const asked = defendedCall(call, knowsAll)
  const verdict = guard.decide(state, asked)
  if (verdict.type === 'allow') {
    if (verdict.findings.length > 0) report?.(call, verdict)
    return { type: 'allow', reasons: whyAllowed(guard, state, asked, verdict) }
  }
  const { question, reasons } = askAbout(guard, state, asked, verdict)
  if (verdict.type === 'ask') return { type: 'ask', question, reasons, firm: true }
  return {
    type: 'deny',
    reason: `${reasons.map(({ text }) => text).join('; ')}. Go on without it, or tell the user.`,
  }
}

function whyAllowed(
  { policy }: Defence,
  state: DefenceState,
  { exposed = false }: DefendedCall,
  { findings, deeds }: Verdict,
): readonly Reason[] {
  const rule = `defence ${policy.name}`
  if (policy.onFinding === 'allow') return []
  if (findings.length > 0) return findings.map(({ text }) => ({ rule: `${rule} (only told)`, text }))
  if (!exposed && !state.exposed) return [{ rule, text: 'nothing that others wrote was read before' }]
  const told = deeds.every(({ annotation }) => annotation?.effect === 'read')
    ? 'it only reads'
    : deeds.every(({ annotation }) => annotation?.effect === 'read' || annotation?.effect === 'workspace')
      ? 'it stays in the workspace'
      : 'you asked for it, and whatever decides whom, what and where has authority'
  return [{ rule, text: told }]
}
