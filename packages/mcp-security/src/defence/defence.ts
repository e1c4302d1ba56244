import type { JsonValue } from '@keepup/core'

import type { Finding } from './decide/finding.ts'
import { judgeCall } from './decide/judge-call.ts'
import { recordWritten } from './decide/record-written.ts'
import { type DefenceState, initialDefenceState } from './observe/defence-state.ts'
import { observePrompt } from './observe/observe-prompt.ts'
import { type ObservedResult, observeResult } from './observe/observe-result.ts'
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
}

/** Makes a defence. */
export function defence(options: DefenceOptions): Defence {
  const { annotations, owner = {}, policy = presets[options.preset ?? 'balanced'] } = options
  const annotationOf = (tool: string) => (Object.hasOwn(annotations, tool) ? annotations[tool] : undefined)
  const partsOf = (state: DefenceState, tool: string) => ({
    state,
    policy,
    owner,
    tool,
    annotation: annotationOf(tool),
  })
  return {
    policy,
    initial: initialDefenceState,
    observePrompt,
    observeResult(state, result) {
      const parts = partsOf(state, result.tool)
      return observeResult(recordWritten(parts, result.input), result, parts)
    },
    decide(state, { tool, input, exposed = false }) {
      const findings =
        policy.onFinding === 'allow' ? [] : judgeCall(partsOf(state, tool), input, exposed || state.exposed)
      return { type: verdictOf(findings, policy, tool), findings }
    },
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
