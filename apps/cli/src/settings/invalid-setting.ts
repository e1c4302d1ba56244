import { KeepupError } from '@keepup/core'

import { withoutPassword } from './database-address.ts'

/** What is wrong with a setting: where it stands, what stands there, and what to do. */
export function invalidSetting(place: string, problem: string, fix: string, cause?: unknown): KeepupError {
  return new KeepupError('configuration-invalid', `${place}: ${problem}`, {
    details: { fix },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** A value as an error message shows it: JSON, without the password of an address, cut where it is long. */
export function showValue(value: unknown): string {
  const text = JSON.stringify(typeof value === 'string' ? withoutPassword(value) : value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
