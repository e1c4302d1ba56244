/** How much a finding matters, in the protocol's words. */
export type Severity = 'error' | 'warning' | 'information' | 'hint'

/** Something that a compiler, a linter or a language server says of a place in a file. */
export interface Finding {
  /** Relative to the project folder with `/`; absolute where it lies outside. */
  readonly path: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  readonly severity: Severity
  /** The rule, as its tool names it. */
  readonly code?: string
  /** Who says so: `typescript`, `eslint`, ... */
  readonly source: string
  readonly message: string
}
