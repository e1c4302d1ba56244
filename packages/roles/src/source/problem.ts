import type { JsonPointer } from '@keepup/core'

/** A place in a file that a person wrote. Lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Something wrong in a file. An error leaves what it stands in unread, a warning does not. */
export interface RoleProblem extends SourcePlace {
  readonly severity: 'error' | 'warning'
  /** Where in the value: a JSON Pointer (RFC 6901); empty for the whole. */
  readonly pointer: JsonPointer
  readonly problem: string
  /** What to do about it. */
  readonly fix: string
}

/** A problem as one line: `FILE:LINE:COLUMN /POINTER: PROBLEM; fix: FIX`. */
export function problemLine({ file, line, column, pointer, problem, fix, severity }: RoleProblem): string {
  const path = pointer === '' ? '' : ` ${pointer}`
  return `${file}:${line}:${column}${path}: ${severity === 'warning' ? 'warning: ' : ''}${problem}; fix: ${fix}`
}

/** A value as a problem shows it: JSON, cut where it is long. */
export function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
