import type { Decision, GuardedCall, Hash, Reason } from '@keepup/core'

import { askAbout } from '../ask/ask-about.ts'
import { shownDigest } from '../ask/shown-digest.ts'
import type { Defence, DefendedCall, Verdict } from '../defence.ts'
import type { DefenceState } from '../observe/defence-state.ts'
import { inputOf } from '../thread/input-of.ts'
import { defendedCall } from './defended-call.ts'

/** How a guarded call is judged. */
export interface GuardedJudgement {
  /** The state was folded from every entry of the thread. */
  readonly knowsAll?: boolean
  /** Hears of findings that only warn. */
  readonly report?: ((call: GuardedCall, verdict: Verdict) => void) | undefined
  /** Whether a person has allowed for good exactly what is shown. An exception counts as no. */
  readonly remembers?: ((call: GuardedCall, shown: Hash) => boolean) | undefined
}

/** What the defence says of a guarded call, as a decision. Its questions are firm: no hook answers them. */
export function judgeGuarded(
  guard: Defence,
  state: DefenceState,
  call: GuardedCall,
  { knowsAll = false, report, remembers }: GuardedJudgement = {},
): Decision {
  const asked = defendedCall(call, knowsAll)
  const verdict = guard.decide(state, asked)
  if (verdict.type === 'allow') {
    if (verdict.findings.length > 0) report?.(call, verdict)
    return { type: 'allow', reasons: whyAllowed(guard, state, asked, verdict) }
  }
  const { question, reasons } = askAbout(guard, state, asked, verdict)
  if (verdict.type === 'ask') {
    return isRemembered(call, reasons, remembers)
      ? { type: 'allow', reasons: [remembered] }
      : { type: 'ask', question, reasons, firm: true }
  }
  return {
    type: 'deny',
    reason: `${reasons.map(({ text }) => text).join('; ')}. Go on without it, or tell the user.`,
  }
}

const remembered: Reason = {
  rule: 'defence remembered',
  text: 'exactly this, shown as it is now, was allowed for good',
}

function isRemembered(
  call: GuardedCall,
  reasons: readonly Reason[],
  remembers: GuardedJudgement['remembers'],
): boolean {
  if (remembers === undefined) return false
  const { tool, effects, folder } = call
  const where = folder === undefined ? {} : { folder }
  try {
    const leaves = call.arguments.filter(({ value }) => typeof value !== 'object' || value === null)
    return remembers(
      call,
      shownDigest({ tool: tool.name, input: inputOf(leaves), effects, ...where, reasons }),
    )
  } catch {
    return false
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
