import type { JsonValue } from '@keepup/core'

import { celText } from './cel-text.ts'

/** The expression for an input of a planned block, which is a literal value or the expression of a link. */
export function expressionOf(value: JsonValue | undefined): string {
  if (value === undefined) return 'null'
  if (typeof value !== 'string') return JSON.stringify(plainOf(value))
  const [, expression] = /^\{\{ ([^]*) \}\}$/.exec(value) ?? []
  return expression ?? celText(value)
}

/** A literal value without the expressions that keep its braces, for where it becomes part of an expression. */
function plainOf(value: JsonValue): JsonValue {
  if (typeof value === 'string') {
    const [, literal] = /^\{\{ ("[^]*") \}\}$/.exec(value) ?? []
    return literal === undefined ? value : (JSON.parse(literal) as string) // the literal is JSON of a text
  }
  if (Array.isArray(value)) return value.map(plainOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainOf(inner)]))
}
