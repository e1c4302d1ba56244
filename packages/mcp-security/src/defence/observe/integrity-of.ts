import type { Integrity, JsonValue } from '@keepup/core'

import type { OutputAnnotation } from '../rules/tool-annotation.ts'
import { isObject, type Place } from './places-of.ts'
import { longest } from './pointer-pattern.ts'

/** @limit Characters: a typed field that others can set is no longer than that. */
const longestToken = 64
/** @limit Words of such a field. */
const mostWords = 4
/** @limit Characters: a longer text is no field of a service, whatever was declared. */
const longestField = 200

/** What a place of a result is worth by what its tool declares, checked against what stands there. Fails closed: what is not as declared is free text. */
export function integrityOf(
  outputs: OutputAnnotation,
  whole: JsonValue,
  { value, pointer, item }: Place,
): Integrity {
  const fields = Object.entries(outputs.fields ?? {})
  if (typeof whole === 'string' && isNotAsDeclared(outputs, whole)) return 'free-text'
  if (isUsersOwn(outputs, item.value)) return 'trusted'
  const declared = longest(fields, pointer) ?? outputs.default
  if (declared !== 'registry' && declared !== 'structured') return declared
  return typeof value === 'number' || isShortToken(value) ? declared : 'free-text'
}

function isNotAsDeclared({ default: declared, fields = {} }: OutputAnnotation, text: string): boolean {
  if (Object.keys(fields).length > 0) return true
  return declared === 'trusted' && text.length > longestField
}

function isUsersOwn({ trustedIf }: OutputAnnotation, item: JsonValue): boolean {
  return trustedIf !== undefined && isObject(item) && item[trustedIf.field] === trustedIf.equals
}

/** A name, an address, an id: nothing that an instruction would fit into. */
export function isShortToken(text: string): boolean {
  return (
    text.length <= longestToken &&
    !/[\n\r<>]|\p{Cf}|\p{Cc}/u.test(text) &&
    text.trim().split(/\s+/).length <= mostWords
  )
}
