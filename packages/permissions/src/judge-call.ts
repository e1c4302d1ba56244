import type { Effect, Mode, Reason } from '@keepup/core'

import type { Atom, CallFacts } from './call-facts.ts'
import type { CompiledSet } from './compile-rules.ts'
import { type AtomVerdict, describeAtom, judgeAtom } from './judge-atom.ts'
import { ownersAmong } from './match-atom.ts'
import { type Baseline, modeBaseline } from './mode-baseline.ts'
import type { Place } from './place.ts'
import type { CommandReader } from './read-command.ts'
import type { RuleDecision } from './rule.ts'

/** What is said of a call, and why. */
export interface Judgement {
  readonly decision: RuleDecision
  readonly effects: readonly Effect[]
  readonly reasons: readonly Reason[]
}

/** What calls are judged by. */
export interface JudgementParts {
  readonly sets: readonly CompiledSet[]
  readonly place: Place
  readonly reader: CommandReader
  /** Rules alone decide where there is none, and what no rule allows asks. */
  readonly mode: Mode | undefined
  /** Whether a person has allowed exactly this call for good. */
  readonly remembered: boolean
}

interface Weighed {
  readonly atom: Atom
  readonly verdict: AtomVerdict
}

/** Decides: deny beats ask beats allow, and what is not known asks. */
export function judgeCall(facts: CallFacts, parts: JudgementParts): Judgement {
  const { sets, place, reader, mode } = parts
  const baseline = modeBaseline(mode, facts, place, reader)
  const vouched = (): boolean =>
    facts.commands.length > 0 && facts.commands.every(({ text }) => reader.allows(text, 'developer'))
  const judging = { facts, place, reader, vouched }
  const weighed = facts.atoms.map((atom) => ({ atom, verdict: judgeAtom(sets, atom, judging) }))
  const answer = (decision: RuleDecision, reasons: readonly Reason[]): Judgement => ({
    decision,
    effects: facts.effects,
    reasons: unique(reasons),
  })
  const denied = reasonsOf(weighed, 'deny')
  if (denied.length > 0) return answer('deny', denied)
  const asked = reasonsOf(weighed, 'ask')
  if (mode === 'plan') return planned(facts, weighed, baseline, asked, answer)
  if (parts.remembered) return answer('allow', [remembered])
  // What cannot be known may be what is denied: only a person can tell.
  const hidden =
    facts.doubts.length > 0 && facts.commands.length > 0 && mayDeny(sets, facts) ? facts.doubts : []
  if (mode === 'yolo') return hidden.length > 0 ? answer('ask', hidden) : answer('allow', [ofMode(mode)])
  const open = unanswered(weighed, baseline, { mode, reader })
  const asks = [...asked, ...facts.doubts, ...open]
  if (asks.length > 0) return answer('ask', asks)
  return answer('allow', [...reasonsOf(weighed, 'allow'), ...(mode === undefined ? [] : [ofMode(mode)])])
}

const remembered: Reason = { rule: 'remembered', text: 'exactly this was allowed for good in this project' }

type GiveAnswer = (decision: RuleDecision, reasons: readonly Reason[]) => Judgement

/** In mode `plan` no rule allows more than reading. */
function planned(
  facts: CallFacts,
  weighed: readonly Weighed[],
  baseline: Baseline,
  asked: readonly Reason[],
  answer: GiveAnswer,
): Judgement {
  const changing = weighed.filter(({ atom }) => !baseline.allows(atom, false))
  if (changing.length > 0) {
    return answer('deny', [...facts.doubts, ...changing.map(({ atom }) => notReading(atom))])
  }
  return asked.length > 0 ? answer('ask', asked) : answer('allow', [ofMode('plan')])
}

function notReading(atom: Atom): Reason {
  return { rule: 'mode plan', text: `${describeAtom(atom)}: mode "plan" only lets what reads run` }
}

/** What neither a rule nor the mode allows, and of that what people need to hear. */
function unanswered(
  weighed: readonly Weighed[],
  baseline: Baseline,
  { mode, reader }: Pick<JudgementParts, 'mode' | 'reader'>,
): readonly Reason[] {
  const named = weighed.some(
    ({ atom, verdict }) => atom.type === 'invocation' && verdict.decision === 'allow',
  )
  const open = weighed.flatMap(({ atom, verdict }) =>
    verdict.decision !== 'none' || baseline.allows(atom, named) ? [] : [atom],
  )
  const rule = mode === undefined ? 'rules' : `mode ${mode}`
  const why = mode === undefined ? 'no rule allows it' : `neither a rule nor mode "${mode}" allows it`
  return withoutNoise(open, baseline, reader).map((atom) => ({ rule, text: `${describeAtom(atom)}: ${why}` }))
}

/** What would be allowed alone stands only beside what would not; what a program does by itself is said with the program. */
function withoutNoise(open: readonly Atom[], baseline: Baseline, reader: CommandReader): readonly Atom[] {
  const heavy = open.filter((atom) => !baseline.allows(atom, true))
  const told = heavy.length > 0 ? heavy : open
  return told.filter((atom) => {
    if (atom.type !== 'effect' || atom.command === undefined) return true
    const running = told.flatMap((other) =>
      other.type === 'invocation' && other.command === atom.command ? [other.invocation] : [],
    )
    return ownersAmong(atom, running, reader).length === 0
  })
}

/** Whether there is a rule that denies something of this tool, so that what is hidden could be it. */
function mayDeny(sets: readonly CompiledSet[], { tool }: CallFacts): boolean {
  return sets.some(({ rules }) =>
    rules.some((rule) => rule.decision === 'deny' && rule.subject.type !== 'call' && rule.fitsTool(tool)),
  )
}

function ofMode(mode: Mode): Reason {
  return { rule: `mode ${mode}`, text: `mode "${mode}" allows it` }
}

function reasonsOf(weighed: readonly Weighed[], decision: RuleDecision): readonly Reason[] {
  return weighed.flatMap(({ verdict }) => (verdict.decision === decision ? verdict.reasons : []))
}

/** How many reasons are told. */
const mostReasons = 20

function unique(reasons: readonly Reason[]): readonly Reason[] {
  const texts = new Map(reasons.map((reason) => [reason.text, reason]))
  return [...texts.values()].slice(0, mostReasons)
}
