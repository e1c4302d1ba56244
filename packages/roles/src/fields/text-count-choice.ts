import type { JsonObject, JsonValue } from '@keepup/core'

import { showValue } from '../source/problem.ts'
import type { FieldPlace, ReadField } from './field.ts'
import { isObject } from './read-fields.ts'

/** Puts a value where it belongs. */
type Put<Value, Draft> = (value: Value, draft: Draft, at: FieldPlace) => void

/** A reader of values of one type; anything else is told with `expected`. */
function reader<Value, Draft>(
  parse: (value: JsonValue) => Value | undefined,
  expected: string,
  put: Put<Value, Draft>,
): ReadField<Draft> {
  return (value, draft, at) => {
    const parsed = parse(value)
    if (parsed === undefined) at.report.wrong(at.pointer, `is ${showValue(value)}`, `write ${expected}`)
    else put(parsed, draft, at)
  }
}

/** A text that says something. Numbers and truth values are texts that YAML took for something else. */
export function text<Draft>(put: Put<string, Draft>, most = 4_000): ReadField<Draft> {
  return reader((value) => textOf(value, most), `a text of 1 to ${most} characters`, put)
}

function textOf(value: JsonValue, most: number): string | undefined {
  const said = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  return typeof said === 'string' && said.trim() !== '' && said.length <= most ? said.trim() : undefined
}

/** Whole numbers from 1. */
export function count<Draft>(put: Put<number, Draft>): ReadField<Draft> {
  return reader(
    (value) => (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined),
    'a whole number above 0',
    put,
  )
}

/** True or false. */
export function flag<Draft>(put: Put<boolean, Draft>): ReadField<Draft> {
  return reader((value) => (typeof value === 'boolean' ? value : undefined), 'true or false', put)
}

/** One of a few words. */
export function choice<Value extends string, Draft>(
  values: readonly Value[],
  put: Put<Value, Draft>,
): ReadField<Draft> {
  return reader(
    (value) => values.find((candidate) => candidate === value),
    `one of ${values.join(', ')}`,
    put,
  )
}

/** An object. */
export function object<Draft>(put: Put<JsonObject, Draft>): ReadField<Draft> {
  return reader((value) => (isObject(value) ? value : undefined), 'NAME: VALUE lines', put)
}

/** A list of texts; `split` takes one text apart, where the format allows that. */
export function texts<Draft>(put: Put<readonly string[], Draft>, split?: RegExp): ReadField<Draft> {
  return reader((value) => textsOf(value, split), 'a list of texts', put)
}

/** A list of texts, or `undefined` where it is none. */
export function textsOf(value: JsonValue | undefined, split?: RegExp): readonly string[] | undefined {
  if (typeof value === 'string' && split !== undefined) {
    return value
      .split(split)
      .map((part) => part.trim())
      .filter((part) => part !== '')
  }
  if (!Array.isArray(value) || value.length > 1_000) return undefined
  const parts = value.map((part: JsonValue) => textOf(part, 1_000))
  return parts.every((part) => part !== undefined) ? parts : undefined
}

/** Commas outside of brackets: `Bash(git add, git commit), Read` is two. */
export const commas: RegExp = /,(?![^()]*\))/

/** Spaces and commas outside of brackets. */
export const spaces: RegExp = /[\s,]+(?![^()]*\))/
