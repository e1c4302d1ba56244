import { reportError } from '../error-report.ts'

/** What failed, and what to do about it. */
export function failureText(error: unknown): string {
  const { what, fix } = reportError(error)
  return `${what}\n${fix}`
}
