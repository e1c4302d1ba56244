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

/** A list of texts; `between` takes one text apart, where the format allows that: at commas, or at spaces as well. */
export function texts<Draft>(put: Put<readonly string[], Draft>, between?: Separators): ReadField<Draft> {
  return reader((value) => textsOf(value, between), 'a list of texts', put)
}

/** What stands between the texts of a list that is written as one. `nothing`: a text is a list of one. */
export type Separators = 'commas' | 'spaces' | 'nothing'

/** A list of texts, or `undefined` where it is none. */
export function textsOf(value: JsonValue | undefined, between?: Separators): readonly string[] | undefined {
  const said = typeof value === 'string' && between !== undefined ? splitText(value, between) : value
  if (!Array.isArray(said) || said.length > 1_000) return undefined
  const parts = said.map((part: JsonValue) => textOf(part, 1_000))
  return parts.every((part) => part !== undefined) ? parts : undefined
}

/** Separators in brackets belong to the text: `Bash(git add, git commit), Read` is two. */
function splitText(whole: string, between: Separators): readonly string[] {
  if (between === 'nothing') return [whole]
  const parts: string[] = []
  let [depth, start] = [0, 0]
  for (let index = 0; index <= whole.length; index += 1) {
    const character = whole[index]
    if (character === '(') depth += 1
    else if (character === ')') depth = Math.max(0, depth - 1)
    const ends = character === undefined || (depth === 0 && separates(character, between))
    if (!ends) continue
    parts.push(whole.slice(start, index).trim())
    start = index + 1
  }
  return parts.filter((part) => part !== '')
}

function separates(character: string, between: Separators): boolean {
  return character === ',' || (between === 'spaces' && /\s/.test(character))
}
