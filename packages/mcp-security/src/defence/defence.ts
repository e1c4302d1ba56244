import type { JsonPointer, JsonValue, LabelTable } from '@keepup/core'

import type { DecidingParts } from './decide/deciding-parts.ts'
import type { Evidence } from './decide/evidence.ts'
import { findEvidence } from './decide/find-evidence.ts'
import type { Finding } from './decide/finding.ts'
import { judgeCall } from './decide/judge-call.ts'
import { recordWritten } from './decide/record-written.ts'
import { argumentLeaves, argumentName, withKind } from './observe/argument-leaves.ts'
import { type DefenceState, initialDefenceState } from './observe/defence-state.ts'
import { labelsOf } from './observe/label-result.ts'
import { observePrompt } from './observe/observe-prompt.ts'
import { leavesOf, type ObservedResult, observeResult } from './observe/observe-result.ts'
import type { DefencePolicy } from './rules/defence-policy.ts'
import type { Owner } from './rules/owner.ts'
import { type PresetName, presets } from './rules/presets.ts'
import type { ToolAnnotations } from './rules/tool-annotation.ts'

/** What a defence is made from. */
export interface DefenceOptions {
  /** `balanced` when left out; `policy` instead where one of your own is wanted. */
  readonly preset?: PresetName
  readonly policy?: DefencePolicy
  readonly annotations: ToolAnnotations
  readonly owner?: Owner
}

/** A call to decide about. */
export interface DefendedCall {
  readonly tool: string
  readonly input: JsonValue
  /** Something untrusted was shown to the model that this state does not know of. */
  readonly exposed?: boolean
}

/** What the defence says of a call. */
export interface Verdict {
  readonly type: 'allow' | 'ask' | 'deny'
  /** Why; also where the policy only warns. */
  readonly findings: readonly Finding[]
}

/** Deterministic decisions about calls, from what the user said and what tools gave back. */
export interface Defence {
  readonly policy: DefencePolicy
  readonly initial: DefenceState
  observePrompt(state: DefenceState, text: string): DefenceState
  observeResult(state: DefenceState, result: ObservedResult): DefenceState
  decide(state: DefenceState, call: DefendedCall): Verdict
  /** Where one argument's value was found. */
  evidence(state: DefenceState, call: DefendedCall, pointer: JsonPointer): readonly Evidence[]
  /** The labels of a result, for whoever records it. */
  label(state: DefenceState, result: ObservedResult): LabelTable
}

/** Makes a defence. Pure: what it says depends on its options and the given state alone. */
export function defence(options: DefenceOptions): Defence {
  const { annotations, owner = {}, policy = presets[options.preset ?? 'balanced'] } = options
  const partsOf = (state: DefenceState, tool: string): DecidingParts => {
    const annotation = Object.hasOwn(annotations, tool) ? annotations[tool] : undefined
    return { state, policy, owner, tool, annotation }
  }
  return {
    policy,
    initial: initialDefenceState,
    observePrompt,
    observeResult(state, result) {
      const parts = partsOf(state, result.tool)
      return observeResult(recordWritten(parts, result.input), result, parts)
    },
    decide(state, { tool, input, exposed = false }) {
      if (policy.onFinding === 'allow') return { type: 'allow', findings: [] }
      const findings = judgeCall(partsOf(state, tool), input, exposed || state.exposed)
      return { type: verdictOf(findings, policy, tool), findings }
    },
    evidence(state, { tool, input }, pointer) {
      const parts = partsOf(state, tool)
      const leaf = argumentLeaves(input).find((found) => found.pointer === pointer)
      if (leaf === undefined || (typeof leaf.value !== 'string' && typeof leaf.value !== 'number')) return []
      const { kind = 'resource' } = withKind(leaf, parts.annotation)
      return findEvidence(parts, { value: leaf.value, kind, hint: argumentName(pointer) })
    },
    label: (state, result) => labelsOf(leavesOf(state, result, partsOf(state, result.tool))),
  }
}

function verdictOf(
  findings: readonly Finding[],
  { onFinding, tools = {} }: DefencePolicy,
  tool: string,
): Verdict['type'] {
  if (findings.length === 0 || onFinding === 'allow') return 'allow'
  if (findings.some(({ rule }) => rule === 'egress')) return 'deny'
  if (Object.hasOwn(tools, tool)) return tools[tool] ?? 'ask'
  return onFinding === 'warn' ? 'allow' : onFinding
}
