import { type JsonPointer, KeepupError } from '@keepup/core'

/** Something wrong in a procedure, with its place and what to do about it. */
export interface SopProblem {
  readonly file: string
  /** From 1; left out where it was never in a file. */
  readonly line?: number
  readonly column?: number
  readonly pointer: JsonPointer
  readonly severity: 'error' | 'warning'
  readonly problem: string
  readonly fix: string
}

/** A problem without its file. */
export type PlacelessProblem = Pick<SopProblem, 'fix' | 'problem' | 'severity'> & {
  readonly path: readonly PropertyKey[]
}

/** A problem as one line: `FILE:LINE:COLUMN /POINTER: PROBLEM; fix: FIX`. */
export function sopProblemLine({ file, line, column, pointer, severity, problem, fix }: SopProblem): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`
  const kind = severity === 'warning' ? 'warning: ' : ''
  return `${place}${pointer === '' ? '' : ` ${pointer}`}: ${kind}${problem}; fix: ${fix}`
}

/** The error that tells every problem at once: `configuration-invalid`, with the list in `details.problems`. */
export function sopProblemsError(problems: readonly SopProblem[]): KeepupError {
  const wrong = problems.filter(({ severity }) => severity === 'error')
  const text = wrong.map(sopProblemLine).join('\n')
  const [first] = wrong
  const fix = first !== undefined && wrong.length === 1 ? first.fix : 'correct each of these places'
  const message = wrong.length > 1 ? `${wrong.length} places are wrong:\n${text}` : text
  return new KeepupError('configuration-invalid', message, { details: { problems, fix } })
}

/** A JSON Pointer (RFC 6901) to a path. */
export function pointerOf(path: readonly PropertyKey[]): JsonPointer {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
