import { isDeepStrictEqual } from 'node:util'

import { KeepupError } from '@keepup/core'

import { createShadow, isUnchanged, type Shadow } from './shadow.ts'
import { type Form, formOf, storedKey } from './stored-form.ts'

/** Whether a value is what a form was made of, by its content, never by its identity: what was changed in place is another value. */
export type IsStoredAs = (value: unknown, form: Form) => boolean

/**
 * Compares without making anything where values are plain. An instance whose form is dear to make (a message) is looked at property by property: as long as
 * nothing about it changed, its form is the one that was made before.
 */
export function createIsStoredAs(): IsStoredAs {
  const known = new WeakMap<object, { readonly shadow: Shadow; readonly form: Form }>()

  function isStoredAs(value: unknown, form: Form): boolean {
    if (typeof value !== 'object' || value === null) return Object.is(value, form)
    if (typeof form !== 'object' || form === null) return false
    if (Array.isArray(value)) return Array.isArray(form) && isSameList(value, form, isStoredAs)
    if (Object.getPrototypeOf(value) === Object.prototype) return isSameRecord(value, form, isStoredAs)
    const made = formOfInstance(value)
    return made === form || (made !== undefined && isDeepStrictEqual(made, form))
  }

  function formOfInstance(value: object): Form {
    const remembered = known.get(value)
    if (remembered !== undefined && isUnchanged(value, remembered.shadow)) return remembered.form
    const form = formOrNothing(value)
    const shadow = createShadow(value)
    if (form !== undefined && shadow !== undefined) known.set(value, { shadow, form })
    return form
  }

  return isStoredAs
}

function isSameList(value: readonly unknown[], form: readonly unknown[], same: IsStoredAs): boolean {
  if (value.length !== form.length) return false
  for (let at = 0; at < value.length; at += 1) {
    if (!same(value[at], form[at]) || (value[at] === undefined && !(at in value))) return false
  }
  return true
}

/** Without making anything: this is done for each member of each item of a list that grew by one. */
function isSameRecord(value: object, form: object, same: IsStoredAs): boolean {
  if (Object.getPrototypeOf(form) !== Object.prototype) return false
  // Both are plain objects, read by their own keys.
  const members = value as Readonly<Record<string, unknown>>
  const stored = form as Readonly<Record<string, Form>>
  let more = 0
  for (const key in members) {
    const name = key.codePointAt(0) === 0x40 ? storedKey(key) : key
    const member = members[key]
    // The usual case first; 0 and -0 are told apart, and what is not there from `undefined`.
    if (member !== stored[name] || member === 0 || member === undefined) {
      if (!same(member, stored[name]) || !Object.hasOwn(stored, name)) return false
    }
    more += 1
  }
  return more === countOf(stored)
}

/** As `Object.keys(record).length`, without a list of them. */
function countOf(record: Readonly<Record<string, Form>>): number {
  let count = 0
  for (const key in record) count += typeof key === 'string' ? 1 : 0
  return count
}

/** What cannot be stored equals nothing that is. */
function formOrNothing(value: object): Form {
  try {
    return formOf(value)
  } catch (error) {
    if (KeepupError.is(error, 'value-not-storable')) return undefined
    throw error
  }
}
