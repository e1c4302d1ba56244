import { type JsonValue, KeepupError } from '@keepup/core'

import { type Expression, isExpression, type ReadExpression, type Variables } from './expression.ts'
import { splitText } from './split-text.ts'

/** A JSON value with expressions in its texts, ready to be filled in. */
export type FillIn = (variables: Variables) => JsonValue

/** Reads one expression. Fails `configuration-invalid` where it is none. */
export function compileExpression(text: string, read: ReadExpression): Expression {
  const expression = read(text)
  if (isExpression(expression)) return expression
  throw new KeepupError(
    'configuration-invalid',
    `the expression ${text} ${expression.problem}: ${expression.fix}`,
  )
}

/**
 * Reads the expressions in the texts of a value. A text that is one expression alone becomes its value; in others, texts stay what they are, null is
 * nothing, and everything else is JSON. Fails `configuration-invalid`.
 */
export function compileValue(value: JsonValue, read: ReadExpression): FillIn {
  if (typeof value === 'string') return compileText(value, read)
  if (typeof value !== 'object' || value === null) return () => value
  if (Array.isArray(value)) {
    const items = value.map((item: JsonValue) => compileValue(item, read))
    return (variables) => items.map((fill) => fill(variables))
  }
  const fields = Object.entries(value).map(([key, inner]) => [key, compileValue(inner, read)] as const)
  return (variables) => Object.fromEntries(fields.map(([key, fill]) => [key, fill(variables)]))
}

function compileText(text: string, read: ReadExpression): FillIn {
  const pieces = splitText(text)
  if ('openAt' in pieces) {
    throw new KeepupError(
      'configuration-invalid',
      `the text ${JSON.stringify(text)} has a {{ that is never closed`,
    )
  }
  const parts = pieces.map((piece) =>
    piece.type === 'text' ? piece.text : compileExpression(piece.text, read),
  )
  const [only] = parts
  if (parts.length === 1 && only !== undefined && typeof only !== 'string')
    return (variables) => only.evaluate(variables)
  return (variables) =>
    parts.map((part) => (typeof part === 'string' ? part : asText(part.evaluate(variables)))).join('')
}

/** A value as a text shows it. */
export function asText(value: JsonValue): string {
  if (typeof value === 'string') return value
  return value === null ? '' : JSON.stringify(value)
}
