import type { ErrorCode } from './error-code.ts'

const brand = Symbol.for('keepup.error')

/** Extra facts of an error, for programs and logs. Never secrets. */
export type ErrorDetails = Readonly<Record<string, unknown>>

/**
 * The one error class of keepup. Branch on `code`; `message` tells a person what happened and what to do next; `cause` is kept.
 * `KeepupError.is` also recognises errors of another installed copy of this package.
 */
export class KeepupError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'KeepupError'
    this.code = code
    this.details = options.details ?? {}
    Object.defineProperty(this, brand, { value: true })
  }

  /** Whether `error` is a KeepupError, and of that code where one is given. */
  static is(error: unknown, code?: ErrorCode): error is KeepupError {
    if (typeof error !== 'object' || error === null || !(brand in error)) return false
    return code === undefined || ('code' in error && error.code === code)
  }
}
