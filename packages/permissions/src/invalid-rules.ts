import { KeepupError } from '@keepup/core'

/** What is wrong with a file of rules: where, what stands there, and what to do. */
export function invalidRules(place: string, problem: string, fix: string, cause?: unknown): KeepupError {
  return new KeepupError('configuration-invalid', `${place}: ${problem}`, {
    details: { fix },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** A value as a message shows it: JSON, cut where it is long. */
export function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
