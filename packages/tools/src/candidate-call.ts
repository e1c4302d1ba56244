import type {
  CallSituation,
  FinishedCall,
  JsonValue,
  PreparedCall,
  ToolCall,
  ToolOutcome,
} from '@keepup/core'

import type { RegisteredTool } from './create-tool-registry.ts'
import { validateInput } from './validate-input.ts'

/** A call whose tool is known and whose input fits. */
export interface CandidateCall {
  readonly registered: RegisteredTool
  readonly call: ToolCall
  readonly situation: CallSituation
  readonly input: JsonValue
  /** The input as its schema gives it to the tool. */
  readonly value: unknown
}

/** A call that ended before it began. */
export type RefusedCall = Extract<PreparedCall, { type: 'refused' }>

const stopped: ToolOutcome = {
  type: 'failed',
  code: 'interrupted',
  message: 'The call was stopped before it began. Nothing was done.',
}

/** Validates a call's input, or refuses it. */
export async function validateCall(
  registered: RegisteredTool,
  call: ToolCall,
  situation: CallSituation,
): Promise<CandidateCall | RefusedCall> {
  const validated = await validateInput(registered, call)
  if (situation.signal.aborted) return refuse(stopped, situation)
  if (validated.type === 'valid') {
    const { input, value } = validated
    return { registered, call, situation, input, value }
  }
  return refuse({ type: 'failed', code: 'tool-input-invalid', message: validated.message }, situation)
}

/** What the coordinator says repeats what the model said, so it carries what the model was shown. */
export function refuse(
  outcome: ToolOutcome,
  { exposure }: CallSituation,
  more: Pick<FinishedCall, 'stop'> = {},
): RefusedCall {
  return { type: 'refused', outcome, labels: { default: exposure }, ...more }
}
