/** One planted fault: a piece of a file and what stands there instead. */
export interface Mutant {
  /** The same for the same fault in the same tree. */
  readonly id: string
  /** The folder below `packages`. */
  readonly project: string
  /** Relative to the repository. */
  readonly file: string
  readonly line: number
  /** What kind of fault it is: `negate-condition`, … */
  readonly operator: string
  readonly start: number
  readonly end: number
  readonly original: string
  readonly replacement: string
}

/** The file's text with the fault planted. */
export function plant(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end)
}
