import { KeepupError } from '@keepup/core'

import { problemLine, type RoleProblem } from './problem.ts'

/** A file that cannot be read at all, as an error: `configuration-invalid`, with its problems in `details.problems`. */
export function sourceFault(problems: readonly RoleProblem[], cause?: unknown): KeepupError {
  const message = problems.map(problemLine).join('\n')
  return new KeepupError('configuration-invalid', message, {
    details: { problems },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** A file that cannot be read, for one reason at its beginning. */
export function fileFault(file: string, problem: string, fix: string, cause?: unknown): KeepupError {
  return sourceFault([{ file, line: 1, column: 1, severity: 'error', pointer: '', problem, fix }], cause)
}

/** The problems that an error tells of; `undefined` where it is not ours. */
export function problemsOf(error: unknown): readonly RoleProblem[] | undefined {
  const told: unknown = KeepupError.is(error, 'configuration-invalid') ? error.details['problems'] : undefined
  return Array.isArray(told) ? (told as readonly RoleProblem[]) : undefined // only `sourceFault` puts them there
}
