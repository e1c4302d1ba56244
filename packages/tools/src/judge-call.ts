import { hash } from 'node:crypto'

import {
  canonicalJson,
  type Decision,
  type Effect,
  type FindOrigins,
  type GuardedCall,
  type Hash,
  type Policy,
  type PreparedCall,
  type ReadyCall,
} from '@keepup/core'

import { type CandidateCall, refuse } from './candidate-call.ts'
import type { RegisteredTool } from './create-tool-registry.ts'
import { decide } from './decide.ts'
import { guardArguments } from './guard-call.ts'
import { type CallParts, readyCall } from './ready-call.ts'

/** What deciding needs. */
export interface JudgementParts extends CallParts {
  readonly policies: readonly Policy[]
  readonly findOrigins: FindOrigins | undefined
}

/** What the policies say of a call, and the call as it would be run. */
export interface JudgedCall {
  readonly decision: Decision
  readonly ready: { readonly type: 'ready' } & ReadyCall
}

const everyEffect: readonly Effect[] = (['exec', 'read', 'write', 'delete', 'net', 'input'] as const).map(
  (kind) => ({ kind, target: '*' }),
)

/** Asks the policies. Nothing happens yet. */
export function judgeCall(parts: JudgementParts, candidate: CandidateCall): JudgedCall {
  const { registered, situation, input, value } = candidate
  const { folder, policies = [] } = situation
  const effects = effectsOf(registered, value, folder)
  const decision = decide([...parts.policies, ...policies], guard(parts, candidate, effects))
  return {
    decision,
    ready: readyCall(parts, registered, {
      input,
      value,
      effects,
      reasons: decision.type === 'allow' ? decision.reasons : undefined,
      digest: () => digestOf(candidate, effects),
      folder,
    }),
  }
}

function digestOf({ registered, situation, input }: CandidateCall, effects: readonly Effect[]): Hash {
  const { exposure, folder } = situation
  const whole = [registered.pin, input, effects, exposure, ...(folder === undefined ? [] : [folder])]
  return hash('sha256', canonicalJson(whole))
}

/** What a decision makes of a call. What its tool asks a person is asked whatever the policies and hooks allow. */
export function conclude({ decision, ready }: JudgedCall, candidate: CandidateCall): PreparedCall {
  const { registered, situation, value } = candidate
  if (decision.type === 'deny') return refuse({ type: 'denied', reason: decision.reason }, situation)
  const asked = registered.tool.asks?.(value)
  if (asked !== undefined) {
    const { text, ...wants } = asked
    return {
      type: 'ask',
      question: text,
      reasons: decision.type === 'ask' ? decision.reasons : [],
      wants,
      ready: digested(ready),
    }
  }
  if (decision.type === 'allow') return ready
  const { question, reasons } = decision
  return { type: 'ask', question, reasons, ready: digested(ready) }
}

/** A copy has its digest: where that cannot be made, the call ends here. */
function digested(ready: ReadyCall): ReadyCall {
  return { ...ready }
}

/** A tool that cannot tell what it would do may do everything. */
function effectsOf({ tool }: RegisteredTool, value: unknown, folder: string | undefined): readonly Effect[] {
  try {
    const effects = folder === undefined ? tool.effects(value) : tool.effects(value, { folder })
    return Array.isArray(effects) ? effects : everyEffect
  } catch {
    return everyEffect
  }
}

function guard(
  parts: JudgementParts,
  { registered: { tool, pin }, call, situation, input }: CandidateCall,
  effects: readonly Effect[],
): GuardedCall {
  const findOrigins = situation.findOrigins ?? parts.findOrigins
  return {
    tool: { name: tool.name, pin },
    call,
    mode: situation.mode,
    repeat: tool.repeat,
    effects,
    ...(situation.folder === undefined ? {} : { folder: situation.folder }),
    exposure: situation.exposure,
    arguments: guardArguments(tool, call, input, findOrigins),
  }
}
