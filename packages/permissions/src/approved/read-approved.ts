import type { Effect, JsonValue } from '@keepup/core'

import { asObject } from '../as-object.ts'
import { effectKinds } from '../effect-pattern.ts'
import { invalidRules, showValue } from '../invalid-rules.ts'
import type { ApprovedCall } from './approved-call.ts'

/**
 * Reads the file of a project's approved calls.
 *
 * @throws KeepupError `configuration-invalid`, naming the place.
 */
export function readApproved(value: unknown, source: string): readonly ApprovedCall[] {
  const approved = asObject(value)?.['approved']
  if (!Array.isArray(approved)) {
    throw invalidRules(`${source}#/approved`, `is ${showValue(approved)}`, 'write a list, or remove the file')
  }
  return approved.map((call: unknown, index) => readCall(call, `${source}#/approved/${index}`))
}

function readCall(value: unknown, place: string): ApprovedCall {
  const call = asObject(value) ?? {}
  const effects = readEffects(call['effects'])
  if (effects === undefined || call['input'] === undefined) {
    throw invalidRules(place, `is ${showValue(value)}`, 'remove it, and allow the call again')
  }
  const where = call['folder'] === undefined ? {} : { folder: text(call, 'folder', place) }
  return {
    id: text(call, 'id', place),
    tool: text(call, 'tool', place),
    input: call['input'] as JsonValue, // it was parsed as JSON
    effects,
    ...where,
    time: text(call, 'time', place),
    by: text(call, 'by', place),
  }
}

function readEffects(value: unknown): readonly Effect[] | undefined {
  if (!Array.isArray(value)) return undefined
  const effects = value.flatMap((item: unknown): readonly Effect[] => {
    const { kind: said, target } = asObject(item) ?? {}
    const kind = effectKinds.find((name) => name === said)
    return kind === undefined || typeof target !== 'string' ? [] : [{ kind, target }]
  })
  return effects.length === value.length ? effects : undefined
}

function text(call: Readonly<Record<string, unknown>>, key: string, place: string): string {
  const value = call[key]
  if (typeof value === 'string' && value !== '') return value
  throw invalidRules(`${place}/${key}`, `is ${showValue(value)}`, 'write a text, or remove the entry')
}
