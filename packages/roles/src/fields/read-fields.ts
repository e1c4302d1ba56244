import type { JsonObject, JsonValue } from '@keepup/core'

import type { Field } from './field.ts'
import { type FileReport, segment } from './file-report.ts'

/** What was not followed, as it stands in the file. */
export type Leftover = Readonly<Record<string, JsonValue>>

/** How fields that no table names are taken. */
export interface ReadFieldsOptions {
  /** Why an unknown field is not followed. */
  readonly unknown?: string
}

/** Reads an object by a table, in the order of the table. Gives what was not followed; what is wrong stands in the report. */
export function readFields<Draft>(
  value: JsonValue,
  fields: readonly Field<Draft>[],
  draft: Draft,
  report: FileReport,
  { unknown = 'nothing is known of this field' }: ReadFieldsOptions = {},
): Leftover {
  if (!isObject(value)) {
    report.wrong('', 'is no list of fields', 'write NAME: VALUE lines')
    return {}
  }
  const left: [string, JsonValue][] = []
  const leave = (name: string, said: JsonValue, why: string): void => {
    left.push([name, said])
    report.leave(segment(name), said, why)
  }
  for (const { field, required, note, read } of fields) {
    const said = saidOf(value, field)
    if (said === undefined) {
      if (required === true) report.wrong(segment(field), `has no ${field}`, `add ${field}`)
    } else if (read === undefined) leave(field, said, note ?? unknown)
    else read(said, draft, { report, pointer: segment(field) })
  }
  const known = new Set(fields.map(({ field }) => field))
  for (const [name, said] of Object.entries(value)) if (!known.has(name)) leave(name, said, unknown)
  return Object.fromEntries(left)
}

/** What an object says of a field; a name without a value says nothing. */
function saidOf(value: JsonObject, field: string): JsonValue | undefined {
  return Object.hasOwn(value, field) ? (value[field] ?? undefined) : undefined
}

/** Whether a value is an object, not a list. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
