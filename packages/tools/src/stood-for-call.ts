import type { JsonValue, PreparedCall, ReadyCall, StoodForCall, Tool } from '@keepup/core'

import { type CandidateCall, refuse, type RefusedCall, validateCall } from './candidate-call.ts'
import { register, type RegisteredTool } from './create-tool-registry.ts'

/** What finding the other call needs. */
export interface StandingParts {
  /** Tools that calls stood for. */
  readonly others: WeakMap<Tool, RegisteredTool>
}

/** The call of another tool that a call stands for, and how what was prepared of it is told as the call that was made. */
export interface StoodFor {
  readonly candidate: CandidateCall
  readonly told: (prepared: PreparedCall) => PreparedCall
}

/**
 * The call that a valid one stands for, validated; the call itself where it stands for none. Refused where the other tool may not be used now, or its input does
 * not fit. Fails `tool-invalid` where the other tool could not be registered.
 */
export async function stoodForCall(
  { others }: StandingParts,
  made: CandidateCall,
): Promise<StoodFor | RefusedCall> {
  const other = made.registered.tool.standsFor?.(made.value)
  if (other === undefined) return { candidate: made, told: (prepared) => prepared }
  const { tool, input } = other
  const { call, situation } = made
  if (situation.toolPolicy?.(tool.name) === false) {
    const reason = `The tool "${tool.name}" may not be used now. Nothing was done.`
    return refuse({ type: 'denied', reason }, situation)
  }
  const { invalid: _, ...rest } = call
  // Registering costs a hash of everything that a tool declares: once for each.
  const registered = others.get(tool) ?? register(tool)
  others.set(tool, registered)
  const candidate = await validateCall(registered, { ...rest, name: tool.name, input }, situation)
  if ('type' in candidate) return candidate
  return { candidate, told: (prepared) => toldAs(made, other, prepared) }
}

/** What is recorded has the name of the call that was made, so it has its input too. */
function toldAs(made: CandidateCall, other: StoodForCall, prepared: PreparedCall): PreparedCall {
  if (prepared.type === 'refused') return prepared
  const input = (ran: JsonValue): JsonValue => (ran === other.input ? made.input : other.around(ran))
  if (prepared.type === 'ready') return { ...withInput(prepared, input), type: 'ready' }
  return { ...prepared, ready: withInput(prepared.ready, input) }
}

function withInput(ready: ReadyCall, input: (ran: JsonValue) => JsonValue): ReadyCall {
  return {
    ...ready,
    input: input(ready.input),
    // A copy would make the digest at once, which most calls never need.
    get digest() {
      return ready.digest
    },
  }
}
