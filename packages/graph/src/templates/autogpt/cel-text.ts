import type { JsonValue } from '@keepup/core'

/** A text as a literal of the expression language. */
export function celText(text: string): string {
  return JSON.stringify(text)
}

/** The way to a value: `state.name["a key"][0]`. */
export function celPath(root: string, path: readonly (string | number)[]): string {
  return path.reduce<string>((before, part) => before + access(part, ''), root)
}

/** The same where parts may be missing; null then. */
export function celPathOrNull(root: string, path: readonly (string | number)[]): string {
  if (path.length === 0) return root
  return `${path.reduce<string>((before, part) => before + access(part, '?'), root)}.orValue(null)`
}

function access(part: string | number, optional: '' | '?'): string {
  if (typeof part === 'number') return `[${optional}${part}]`
  return isIdentifier(part) ? `.${optional}${part}` : `[${optional}${celText(part)}]`
}

/** The words that the language keeps for itself. */
const reserved = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
)

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !reserved.has(name)
}

/** A value whose texts mean themselves: braces in them begin no expression. */
export function literalValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.includes('{{') ? `{{ ${celText(value)} }}` : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(literalValue)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literalValue(inner)]))
}
