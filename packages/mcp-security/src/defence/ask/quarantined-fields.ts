import { KeepupError } from '@keepup/core'

import { isShortToken } from '../observe/integrity-of.ts'

/** A value that a quarantined model may give back. A `token` is a name, an address or an id: at most 64 characters and four words. */
export type QuarantinedField =
  | { readonly type: 'boolean' | 'number' | 'date' | 'token' }
  | { readonly type: 'enum'; readonly values: readonly string[] }

/** What a field comes out as; null where the text does not say. */
export type FieldValue<Field extends QuarantinedField> =
  | (Field extends { readonly type: 'enum'; readonly values: readonly (infer Value)[] }
      ? Value
      : Field['type'] extends 'boolean'
        ? boolean
        : Field['type'] extends 'number'
          ? number
          : string)
  | null

/**
 * Reads a model's answer as exactly these fields.
 *
 * @throws KeepupError `model-failed`, where it is anything else. The message quotes nothing of the answer.
 */
export function parseFields<Fields extends Readonly<Record<string, QuarantinedField>>>(
  answer: string,
  fields: Fields,
): { readonly [Name in keyof Fields]: FieldValue<Fields[Name]> } {
  const value = parseObject(answer)
  for (const name of Object.keys(value))
    if (!Object.hasOwn(fields, name)) throw refusal('It has a member that nobody asked for.')
  const read = Object.entries(fields).map(
    ([name, field]) => [name, readField(name, field, value[name] ?? null)] as const,
  )
  // Each member was checked against its field.
  return Object.fromEntries(read) as { readonly [Name in keyof Fields]: FieldValue<Fields[Name]> }
}

function parseObject(answer: string): Readonly<Record<string, unknown>> {
  try {
    const bare = answer.replace(/^\s*```(?:json)?\s*|\s*```\s*$/g, '')
    const value: unknown = JSON.parse(bare)
    // An object that JSON.parse made has string keys.
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw refusal('It is no JSON object.')
}

function readField(name: string, field: QuarantinedField, value: unknown): unknown {
  if (value === null || fits(field, value)) return value
  throw refusal(`"${name}" is no ${field.type}.`)
}

function fits(field: QuarantinedField, value: unknown): boolean {
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
    case 'date':
      return (
        typeof value === 'string' &&
        /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?$/.test(value)
      )
    case 'token':
      return typeof value === 'string' && isShortToken(value)
    case 'enum':
      return typeof value === 'string' && field.values.includes(value)
  }
}

function refusal(why: string): KeepupError {
  return new KeepupError(
    'model-failed',
    `The quarantined model's answer cannot be used: ${why} Ask again, or ask the user.`,
  )
}
