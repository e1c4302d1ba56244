import { KeepupError } from '@keepup/core'

import type { NodeFailure } from './node-failure.ts'

/** A text that an entry can carry. */
const longest = 2_000

/** What was thrown as a failure. */
export function failureOf(node: string, error: unknown, attempt: number): NodeFailure {
  const message = messageOf(error)
  const code = KeepupError.is(error) ? error.code : codeOf(error)
  return {
    node,
    kind: 'thrown',
    message: (message === '' ? 'it failed without a message' : message).toWellFormed().slice(0, longest),
    ...(code === undefined ? {} : { code }),
    attempt,
  }
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message
  // Anything can be thrown, and not everything has a text.
  return typeof error === 'object' && error !== null ? 'it threw an object that is no Error' : String(error)
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code.slice(0, 100) : undefined
}
