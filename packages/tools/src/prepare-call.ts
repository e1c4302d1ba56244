import type { CallSituation, Hooks, PreparedCall, ToolCall } from '@keepup/core'

import { type CandidateCall, refuse, validateCall } from './candidate-call.ts'
import type { ToolRegistry } from './create-tool-registry.ts'
import { failureOf } from './failure-of.ts'
import { findTool } from './find-tool.ts'
import { conclude, judgeCall, type JudgementParts } from './judge-call.ts'
import { prepareHooked } from './prepare-hooked.ts'
import { type StandingParts, stoodForCall } from './stood-for-call.ts'

/** What preparing needs. */
export interface PreparationParts extends JudgementParts, StandingParts {
  readonly registry: ToolRegistry
  readonly hooks: Hooks | undefined
}

/** find → validate → hooks → decide. Has no effect on the outside but those of hooks, and never rejects. */
export async function prepareCall(
  parts: PreparationParts,
  call: ToolCall,
  situation: CallSituation,
): Promise<PreparedCall> {
  try {
    const found = findTool(parts.registry, call.name, situation.toolPolicy)
    if ('refusal' in found) return refuse(found.refusal, situation)
    const validated = validateCall(found.registered, call, situation)
    const made = validated instanceof Promise ? await validated : validated
    if ('type' in made) return made
    if (made.registered.tool.standsFor === undefined) return await prepareCandidate(parts, made)
    const stood = await stoodForCall(parts, made)
    return 'type' in stood ? stood : stood.told(await prepareCandidate(parts, stood.candidate))
  } catch (error) {
    // An input that is nested too deeply, or a registry of plain JavaScript that throws.
    return refuse(failureOf(error), situation)
  }
}

async function prepareCandidate(parts: PreparationParts, candidate: CandidateCall): Promise<PreparedCall> {
  if (parts.hooks !== undefined) return prepareHooked(parts, parts.hooks, candidate)
  return conclude(judgeCall(parts, candidate), candidate)
}
