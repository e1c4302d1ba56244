import type { FinishReason, JsonValue, ModelFailureKind, Price } from '@keepup/core'

import { array, type Check, flag, object, oneOf, pattern, text, whole, wrong } from './check.ts'
import type { Garbage, Script, ScriptedCall, ScriptedFailure, Step, StepCondition } from './script.ts'

const failureKinds: Check<ModelFailureKind> = oneOf<ModelFailureKind>(
  'rate-limited',
  'overloaded',
  'unavailable',
  'timed-out',
  'stream-cut',
  'invalid-response',
  'context-overflow',
  'invalid-request',
  'unauthorised',
  'content-filter',
  'interrupted',
)

const failureFields = object<ScriptedFailure>(
  {
    kind: failureKinds,
    message: text,
    retryable: flag,
    retryAfter: whole(0),
    status: whole(100),
    times: whole(1),
  },
  ['kind'],
)

const failure: Check<ScriptedFailure> = (value, place) =>
  typeof value === 'string' ? { kind: failureKinds(value, place) } : failureFields(value, place)

const json: Check<JsonValue> = (value, place) => {
  const written = typeof value === 'bigint' ? undefined : JSON.stringify(value)
  if (written === undefined) throw wrong(place, 'a JSON value', typeof value)
  // What JSON.parse gives is a JSON value.
  return JSON.parse(written) as JsonValue
}

const callFields = object<ScriptedCall>({ name: text, input: json, invalid: text, id: text }, ['name'])

const call: Check<ScriptedCall> = (value, place) => {
  const parsed = callFields(value, place)
  return { ...parsed, input: parsed.invalid === undefined ? (parsed.input ?? {}) : null }
}

const condition = object<StepCondition>({
  lastToolResult: pattern,
  lastUser: pattern,
  turn: whole(1),
  toolsOff: flag,
})

const stepFields = object<Step>({
  when: condition,
  reasoning: text,
  text,
  calls: array(call),
  fail: failure,
  garbage: oneOf<Garbage>('cut', 'throws', 'two-ends', 'unknown-event', 'malformed'),
  delay: whole(0),
  pause: whole(0),
  chunk: whole(1),
  repeat: flag,
  usage: object<{ input: number; output: number }>({ input: whole(0), output: whole(0) }, [
    'input',
    'output',
  ]),
  cost: whole(0),
  reason: oneOf<FinishReason>('stop', 'length', 'tool-calls', 'content-filter', 'other'),
})

const step: Check<Step> = (value, place) => {
  const parsed = stepFields(value, place)
  const says = [parsed.text, parsed.reasoning, parsed.calls, parsed.fail, parsed.garbage]
  if (says.every((part) => part === undefined)) {
    throw wrong(place, 'a step that says something (text, reasoning, calls, fail or garbage)', value)
  }
  return parsed
}

const price = object<Price>({ input: whole(0), cached: whole(0), cacheWritten: whole(0), output: whole(0) }, [
  'input',
  'cached',
  'cacheWritten',
  'output',
])

const script = object<Script>({ id: text, contextWindow: whole(1), price, steps: array(step) }, ['steps'])

/**
 * A script from parsed JSON, or from a literal in a test. Regular expressions are given by their source; `fail` may be a kind alone. Fails
 * `configuration-invalid` naming the place (`script.steps[2].when.turn`), the value and what belongs there.
 */
export function parseScript(value: unknown): Script {
  return script(value, 'script')
}
