import { type JsonPointer, KeepupError } from '@keepup/core'

/** A place in a file that a person wrote. Lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** Something wrong in a template or in the configuration of an agent. */
export interface Problem extends SourcePlace {
  /** A warning leaves the rest usable. */
  readonly severity: 'error' | 'warning'
  /** Where in the value: a JSON Pointer (RFC 6901). */
  readonly pointer: JsonPointer
  /** What stands there. */
  readonly problem: string
  /** What to do about it. */
  readonly fix: string
}

/** A problem as one line: `FILE:LINE:COLUMN /POINTER: PROBLEM; fix: FIX`. */
export function problemLine({ file, line, column, pointer, problem, fix, severity }: Problem): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`
  const path = pointer === '' ? '' : ` ${pointer}`
  return `${place}${path}: ${severity === 'warning' ? 'warning: ' : ''}${problem}; fix: ${fix}`
}

/** The error that tells all problems of a file at once: `configuration-invalid`, with the list in `details.problems`. */
export function problemsError(problems: readonly Problem[]): KeepupError {
  const wrong = problems.filter(({ severity }) => severity === 'error')
  const [first] = wrong
  const lines = wrong.map(problemLine)
  if (first === undefined || lines.length === 1) {
    return new KeepupError('configuration-invalid', lines[0] ?? 'nothing is wrong', {
      details: { problems, ...(first === undefined ? {} : { fix: first.fix }) },
    })
  }
  return new KeepupError('configuration-invalid', `${lines.length} places are wrong:\n${lines.join('\n')}`, {
    details: { problems, fix: 'correct each of these places' },
  })
}

/** A value as a problem shows it: JSON, cut where it is long. */
export function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** The problems of an error: those it tells of, or itself at the place that led to it. */
export function problemsOf(
  error: unknown,
  source: { place(pointer: JsonPointer): SourcePlace },
  pointer: JsonPointer,
): readonly Problem[] {
  const told: unknown = KeepupError.is(error, 'configuration-invalid') ? error.details['problems'] : undefined
  if (Array.isArray(told)) return told as readonly Problem[] // only `problemsError` puts them there
  const [problem = '', ...rest] = (error instanceof Error ? error.message : String(error)).split(': ')
  return [
    { ...source.place(pointer), severity: 'error', pointer, problem, fix: rest.join(': ') || 'correct it' },
  ]
}
