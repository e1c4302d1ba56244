import type { JsonValue, StandardSchemaV1, ToolDefinition } from '@keepup/core'

import { describeSchema } from './describe-schema.ts'
import { isObject, schemaAt } from './schema-types.ts'

/** How many faults a model is told of at once. */
const mostFaults = 8

/** Tells a model, field by field, what it gave and what is expected. */
export function describeFaults(
  definition: ToolDefinition,
  input: JsonValue,
  issues: readonly StandardSchemaV1.Issue[],
): string {
  const placed = issues.map((issue) => ({ path: pathOf(issue), message: issue.message }))
  const lines = placed.flatMap(({ path, message }) => {
    const missing = describeMissing(definition, input, path)
    // Validators blame every ancestor of a fault as well.
    const ancestor = placed.some((other) => isAncestor(path, other.path))
    return ancestor || missing.length > 0 ? missing : [describeFault(definition, input, path, message)]
  })
  const told = [...new Set(lines)].slice(0, mostFaults)
  return [
    `The input of "${definition.name}" is not valid. Nothing was done.`,
    ...told.map((line) => `- ${line}`),
    'Call it again with a corrected input.',
  ].join('\n')
}

function describeFault(
  definition: ToolDefinition,
  input: JsonValue,
  path: readonly string[],
  message: string,
): string {
  const schema = schemaAt(definition.input, path)
  const given = valueAt(input, path)
  const expected = schema === undefined ? 'nothing of that name' : describeSchema(schema, definition.input)
  if (given === undefined) return `${pointerOf(path)} is missing; expected ${expected}`
  return `${pointerOf(path)}: given ${shorten(given)}; expected ${expected} (${message.slice(0, 200)})`
}

function describeMissing(
  definition: ToolDefinition,
  input: JsonValue,
  path: readonly string[],
): readonly string[] {
  const required = schemaAt(definition.input, path)?.['required']
  const given = valueAt(input, path)
  if (!Array.isArray(required) || !isObject(given)) return []
  return required
    .filter((key) => typeof key === 'string')
    .filter((key) => !Object.hasOwn(given, key))
    .map((key) => describeFault(definition, input, [...path, key], ''))
}

function valueAt(input: JsonValue, path: readonly string[]): JsonValue | undefined {
  let current: JsonValue | undefined = input
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined
    current = Object.entries(current).find(([name]) => name === key)?.[1]
  }
  return current
}

function pathOf(issue: StandardSchemaV1.Issue): readonly string[] {
  return (issue.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment))
}

function isAncestor(path: readonly string[], other: readonly string[]): boolean {
  return path.length < other.length && path.every((key, index) => key === other[index])
}

function pointerOf(path: readonly string[]): string {
  return path.length === 0 ? 'the input' : `/${path.join('/')}`
}

function shorten(value: JsonValue): string {
  const text = JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
