import type { JsonValue, StandardSchemaV1, ToolCall } from '@keepup/core'

import { coerceInput } from './coerce-input.ts'
import type { RegisteredTool } from './create-tool-registry.ts'
import { describeFaults } from './describe-faults.ts'
import { repairJson } from './repair-json.ts'

/** An input that fits, as JSON and as the schema's output; or what the model is told of one that does not. */
export type ValidatedInput =
  | { readonly type: 'valid'; readonly input: JsonValue; readonly value: unknown }
  | { readonly type: 'invalid'; readonly message: string }

/** Checks the input of a call, and once more after one repair where it does not fit. A promise only where the schema's own check is one. */
export function validateInput(
  registered: RegisteredTool,
  call: ToolCall,
): ValidatedInput | Promise<ValidatedInput> {
  const given = readInput(call)
  if (given === undefined) return { type: 'invalid', message: notJson(call) }
  const first = check(registered.tool.input, given)
  return first instanceof Promise
    ? first.then((checked) => settle(registered, given, checked))
    : settle(registered, given, first)
}

function settle(
  registered: RegisteredTool,
  given: JsonValue,
  first: Checked,
): ValidatedInput | Promise<ValidatedInput> {
  return first.issues === undefined
    ? { type: 'valid', input: given, value: first.value }
    : repair(registered, given, first)
}

async function repair(
  { tool, definition }: RegisteredTool,
  given: JsonValue,
  first: StandardSchemaV1.FailureResult,
): Promise<ValidatedInput> {
  const repaired = coerceInput(unwrap(given), definition.input)
  const second = repaired === given ? first : await check(tool.input, repaired)
  if (second.issues === undefined) return { type: 'valid', input: repaired, value: second.value }
  return { type: 'invalid', message: describeFaults(definition, repaired, second.issues) }
}

function readInput(call: ToolCall): JsonValue | undefined {
  if (call.invalid === undefined) return call.input
  return call.invalid.trim() === '' ? {} : repairJson(call.invalid)
}

/** Text that holds the whole input once more, and nothing at all, which stands for no arguments. */
function unwrap(given: JsonValue): JsonValue {
  if (given === null || given === '') return {}
  return typeof given === 'string' ? (repairJson(given) ?? given) : given
}

type Checked = StandardSchemaV1.Result<unknown>

function check(schema: StandardSchemaV1, input: JsonValue): Checked | Promise<Checked> {
  try {
    const result = schema['~standard'].validate(input)
    return result instanceof Promise ? result.catch(failedCheck) : result
  } catch (error) {
    return failedCheck(error)
  }
}

function failedCheck(error: unknown): StandardSchemaV1.FailureResult {
  return { issues: [{ message: `The check itself failed: ${String(error)}` }] }
}

function notJson({ name, invalid = '' }: ToolCall): string {
  const end = invalid.length > 200 ? `…${invalid.slice(-200)}` : invalid
  return [
    `The input of "${name}" is no JSON, or was cut. Nothing was done.`,
    `It ends with: ${end}`,
    'Call it again with one complete JSON object; where it is long, in several smaller calls.',
  ].join('\n')
}
