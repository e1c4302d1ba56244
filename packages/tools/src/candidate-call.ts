import type {
  CallSituation,
  FinishedCall,
  JsonValue,
  PreparedCall,
  ToolCall,
  ToolOutcome,
} from '@keepup/core'

import type { RegisteredTool } from './create-tool-registry.ts'
import { type ValidatedInput, validateInput } from './validate-input.ts'

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

/** Validates a call's input, or refuses it. A promise only where validating is one. */
export function validateCall(
  registered: RegisteredTool,
  call: ToolCall,
  situation: CallSituation,
): CandidateCall | RefusedCall | Promise<CandidateCall | RefusedCall> {
  const settle = (validated: ValidatedInput): CandidateCall | RefusedCall => {
    if (situation.signal.aborted) return refuse(stopped, situation)
    if (validated.type === 'valid') {
      const { input, value } = validated
      return { registered, call, situation, input, value }
    }
    return refuse({ type: 'failed', code: 'tool-input-invalid', message: validated.message }, situation)
  }
  const validated = validateInput(registered, call)
  return validated instanceof Promise ? validated.then(settle) : settle(validated)
}

/** What the coordinator says repeats what the model said, so it carries what the model was shown. */
export function refuse(
  outcome: ToolOutcome,
  { exposure }: CallSituation,
  more: Pick<FinishedCall, 'stop'> = {},
): RefusedCall {
  return { type: 'refused', outcome, labels: { default: exposure }, ...more }
}
