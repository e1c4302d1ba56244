import { hash } from 'node:crypto'

import {
  canonicalJson,
  type CallSituation,
  type Effect,
  type GuardedCall,
  type JsonValue,
  type Policy,
  type PreparedCall,
  type ToolCall,
  type ToolOutcome,
} from '@keepup/core'

import type { RegisteredTool, ToolRegistry } from './create-tool-registry.ts'
import { decide } from './decide.ts'
import { failureOf } from './failure-of.ts'
import { findTool } from './find-tool.ts'
import { type FindOrigins, guardArguments } from './guard-call.ts'
import { type CallParts, readyCall } from './ready-call.ts'
import { validateInput } from './validate-input.ts'

/** What preparing needs. */
export interface PreparationParts extends CallParts {
  readonly registry: ToolRegistry
  readonly policies: readonly Policy[]
  readonly findOrigins: FindOrigins | undefined
}

const everyEffect: readonly Effect[] = (['exec', 'read', 'write', 'delete', 'net', 'input'] as const).map(
  (kind) => ({ kind, target: '*' }),
)

/** find → validate → decide. Has no effect on the outside and never rejects. */
export async function prepareCall(
  parts: PreparationParts,
  call: ToolCall,
  situation: CallSituation,
): Promise<PreparedCall> {
  try {
    return await prepare(parts, call, situation)
  } catch (error) {
    // An input that is nested too deeply, or a registry of plain JavaScript that throws.
    return refuse(failureOf(error), situation)
  }
}

async function prepare(
  parts: PreparationParts,
  call: ToolCall,
  situation: CallSituation,
): Promise<PreparedCall> {
  const found = findTool(parts.registry, call.name, situation.toolPolicy)
  if ('refusal' in found) return refuse(found.refusal, situation)
  const { registered } = found
  const validated = await validateInput(registered, call)
  if (situation.signal.aborted) return refuse(stopped, situation)
  if (validated.type === 'invalid') {
    return refuse({ type: 'failed', code: 'tool-input-invalid', message: validated.message }, situation)
  }
  const { input, value } = validated
  const effects = effectsOf(registered, value)
  const digest = hash('sha256', canonicalJson([registered.pin, input, effects, situation.exposure]))
  const guarded = guard(parts, registered, call, situation, input, effects)
  const decision = decide(parts.policies, guarded)
  if (decision.type === 'deny') return refuse({ type: 'denied', reason: decision.reason }, situation)
  const ready = readyCall(parts, registered.tool, { input, value, effects, digest })
  return decision.type === 'allow' ? { type: 'ready', ...ready } : { ...decision, ready }
}

const stopped: ToolOutcome = {
  type: 'failed',
  code: 'interrupted',
  message: 'The call was stopped before it began. Nothing was done.',
}

function effectsOf({ tool }: RegisteredTool, value: unknown): readonly Effect[] {
  try {
    const effects = tool.effects(value)
    return Array.isArray(effects) ? effects : everyEffect
  } catch {
    return everyEffect
  }
}

function guard(
  parts: PreparationParts,
  { tool, pin }: RegisteredTool,
  call: ToolCall,
  situation: CallSituation,
  input: JsonValue,
  effects: readonly Effect[],
): GuardedCall {
  return {
    tool: { name: tool.name, pin },
    call,
    mode: situation.mode,
    repeat: tool.repeat,
    effects,
    exposure: situation.exposure,
    arguments: guardArguments(tool, call, input, parts.findOrigins),
  }
}

/** What the coordinator says repeats what the model said, so it carries what the model was shown. */
function refuse(outcome: ToolOutcome, situation: CallSituation): PreparedCall {
  return { type: 'refused', outcome, labels: { default: situation.exposure } }
}
