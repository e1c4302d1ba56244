import type { CallSituation, Hooks, PreparedCall, ToolCall } from '@keepup/core'

import { refuse, validateCall } from './candidate-call.ts'
import type { ToolRegistry } from './create-tool-registry.ts'
import { failureOf } from './failure-of.ts'
import { findTool } from './find-tool.ts'
import { conclude, judgeCall, type JudgementParts } from './judge-call.ts'
import { prepareHooked } from './prepare-hooked.ts'

/** What preparing needs. */
export interface PreparationParts extends JudgementParts {
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
  const candidate = await validateCall(found.registered, call, situation)
  if ('type' in candidate) return candidate
  return parts.hooks === undefined
    ? conclude(judgeCall(parts, candidate), candidate)
    : prepareHooked(parts, parts.hooks, candidate)
}
