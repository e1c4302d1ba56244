import type { Effect, JsonPointer, JsonValue, LabelTable } from '@keepup/core'
import { isSecretPath } from '@keepup/shell'

import type { DecidingParts } from './decide/deciding-parts.ts'
import type { Evidence } from './decide/evidence.ts'
import { findEvidence } from './decide/find-evidence.ts'
import type { Finding } from './decide/finding.ts'
import { judgeCall } from './decide/judge-call.ts'
import { recordWritten } from './decide/record-written.ts'
import { callDeeds } from './deeds/call-deeds.ts'
import type { CallFacts, Deed } from './deeds/deed.ts'
import { isInside, isScratch, shownPath, type Workplace } from './deeds/workplace.ts'
import { argumentLeaves, argumentName, withKind } from './observe/argument-leaves.ts'
import { type DefenceState, initialDefenceState } from './observe/defence-state.ts'
import { labelsOf } from './observe/label-result.ts'
import type { Leaf } from './observe/leaf.ts'
import { observePrompt } from './observe/observe-prompt.ts'
import { leavesOf, type ObservedResult, observeResult, type ObserverParts } from './observe/observe-result.ts'
import type { DefencePolicy } from './rules/defence-policy.ts'
import type { Owner } from './rules/owner.ts'
import { type PresetName, presets } from './rules/presets.ts'
import type { ToolAnnotation, ToolAnnotations } from './rules/tool-annotation.ts'

/** What a defence is made from. */
export interface DefenceOptions {
  /** `balanced` when left out; `policy` instead where one of your own is wanted. */
  readonly preset?: PresetName
  readonly policy?: DefencePolicy
  readonly annotations: ToolAnnotations
  readonly owner?: Owner
  /** Where the agent works on files. With it, tools that nobody annotated are judged by the effects that they declare; without it, not at all. */
  readonly workplace?: Workplace
  /** What a call stands for, where tools are called through another one; itself when left out. */
  readonly standsFor?: (tool: string, input: JsonValue) => Pick<DefendedCall, 'tool' | 'input'>
  /** Of a tool without an annotation, where its name and its server tell enough to be careful in the right place. */
  readonly infer?: (tool: string, facts: CallFacts | undefined) => ToolAnnotation | undefined
}

/** A call to decide about. */
export interface DefendedCall {
  readonly tool: string
  readonly input: JsonValue
  /** Something untrusted was shown to the model that this state does not know of. */
  readonly exposed?: boolean
  /** What its tool declares of it. */
  readonly facts?: CallFacts
}

/** What the defence says of a call. */
export interface Verdict {
  readonly type: 'allow' | 'ask' | 'deny'
  /** Why; also where the policy only warns. */
  readonly findings: readonly Finding[]
  /** What the call does, as it was judged: itself, or the programs and files of a command. */
  readonly deeds: readonly Deed[]
}

/** Deterministic decisions about calls, from what the user said and what tools gave back. */
export interface Defence {
  readonly policy: DefencePolicy
  readonly initial: DefenceState
  observePrompt(state: DefenceState, text: string, entry?: number): DefenceState
  observeResult(state: DefenceState, result: ObservedResult): DefenceState
  decide(state: DefenceState, call: DefendedCall): Verdict
  /** Where one argument's value was found. */
  evidence(state: DefenceState, call: DefendedCall, pointer: JsonPointer): readonly Evidence[]
  /** The labels of a result, for whoever records it. */
  label(state: DefenceState, result: ObservedResult): LabelTable
}

/** Makes a defence. Pure: what it says depends on its options and the given state alone. */
export function defence(options: DefenceOptions): Defence {
  const { annotations, owner = {}, policy = presets[options.preset ?? 'balanced'], workplace } = options
  const { standsFor = (tool, input) => ({ tool, input }) } = options
  const annotationOf = (tool: string, facts?: CallFacts): ToolAnnotation | undefined =>
    (Object.hasOwn(annotations, tool) ? annotations[tool] : undefined) ?? options.infer?.(tool, facts)
  const partsOf = (state: DefenceState, { tool, annotation }: Omit<Deed, 'input'>): DecidingParts => {
    const confined = workplace?.confined === true ? { confined: true } : {}
    return { state, policy, owner, tool, annotation, ...confined }
  }
  const deedsOf = ({ tool, input, facts }: DefendedCall): readonly Deed[] => {
    const meant = standsFor(tool, input)
    const known = Object.hasOwn(annotations, meant.tool) ? annotations[meant.tool] : undefined
    const isJudgedSo = facts !== undefined && (known === undefined || known.byEffects === true)
    const deeds = isJudgedSo && workplace !== undefined ? callDeeds(facts, workplace) : undefined
    return deeds ?? [{ ...meant, annotation: annotationOf(meant.tool, facts) }]
  }
  const observed = (result: ObservedResult): readonly [ObservedResult, ObserverParts] => {
    const meant = { ...result, ...standsFor(result.tool, result.input) }
    return [meant, { annotation: annotationOf(meant.tool), owner, secret: readsSecrets(result.effects) }]
  }
  return {
    policy,
    initial: initialDefenceState,
    observePrompt,
    observeResult(state, given) {
      const [result, parts] = observed(given)
      const written = recordWritten(
        partsOf(state, { tool: result.tool, annotation: parts.annotation }),
        result.input,
      )
      const seen = observeResult(written, result, parts)
      const made = madeFiles(result, workplace)
      return made.length === 0 ? seen : { ...seen, leaves: seen.leaves.with(made) }
    },
    decide(state, call) {
      if (policy.onFinding === 'allow') return { type: 'allow', findings: [], deeds: [] }
      const deeds = deedsOf(call)
      const isExposed = call.exposed === true || state.exposed
      const findings = deeds.flatMap((deed) => judgeDeed(partsOf(state, deed), deed, isExposed, call.tool))
      return { type: verdictOf(findings, policy, call.tool), findings, deeds }
    },
    evidence(state, call, pointer) {
      const { tool, input } = standsFor(call.tool, call.input)
      const parts = partsOf(state, { tool, annotation: annotationOf(tool, call.facts) })
      const leaf = argumentLeaves(input).find((found) => found.pointer === pointer)
      if (leaf === undefined || (typeof leaf.value !== 'string' && typeof leaf.value !== 'number')) return []
      const { kind = 'resource' } = withKind(leaf, parts.annotation)
      return findEvidence(parts, { value: leaf.value, kind, hint: argumentName(pointer) })
    },
    label(state, given) {
      const [result, parts] = observed(given)
      return labelsOf(leavesOf(state, result, parts))
    },
  }
}

function judgeDeed(
  parts: DecidingParts,
  { tool, input }: Deed,
  isExposed: boolean,
  called: string,
): readonly Finding[] {
  const findings = judgeCall(parts, input, isExposed)
  return tool === called ? findings : findings.map((finding) => ({ deed: tool, ...finding }))
}

/** Whether a call read a file whose name says that it holds secrets. */
function readsSecrets(effects: readonly Effect[] = []): boolean {
  return effects.some(({ kind, target }) => kind === 'read' && target !== '*' && isSecretPath(target))
}

/** The files that the agent itself wrote: it may take them away again. */
function madeFiles(
  { tool, failed, effects = [] }: ObservedResult,
  workplace: Workplace | undefined,
): readonly Leaf[] {
  if (workplace === undefined || failed === true) return []
  const made = effects.filter(
    ({ kind, target }) =>
      kind === 'write' &&
      !target.includes('*') &&
      (isInside(workplace, target) || isScratch(workplace, target)),
  )
  return made.map(({ target }) => ({
    value: shownPath(workplace, target),
    pointer: '',
    source: `tool:${tool}`,
    integrity: 'own',
    directed: true,
    selected: true,
    ranked: false,
    confidential: false,
    named: false,
  }))
}

function verdictOf(
  findings: readonly Finding[],
  { onFinding, tools = {} }: DefencePolicy,
  tool: string,
): Verdict['type'] {
  if (findings.length === 0 || onFinding === 'allow') return 'allow'
  if (
    findings.some(({ rule, deed = tool }) => rule === 'egress' || (rule === 'tool' && tools[deed] === 'deny'))
  )
    return 'deny'
  if (Object.hasOwn(tools, tool)) return tools[tool] ?? 'ask'
  return onFinding === 'warn' ? 'allow' : onFinding
}
