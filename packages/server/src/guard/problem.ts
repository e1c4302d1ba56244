import { type ErrorCode, KeepupError } from '@keepup/core'

/** The status that tells a client best what a code means (RFC 9110). */
const statuses: Partial<Record<ErrorCode, number>> = {
  'thread-unknown': 404,
  'checkpoint-unknown': 404,
  'signal-unknown': 404,
  'artifact-unknown': 404,
  'thread-exists': 409,
  'thread-has-forks': 409,
  'checkpoint-conflict': 409,
  'lease-held': 409,
  'lease-lost': 409,
  'workspace-conflict': 409,
  'input-invalid': 400,
  'entry-invalid': 400,
  'authorisation-required': 401,
  'authorisation-failed': 403,
  'not-supported': 501,
  'database-busy': 503,
  'database-unavailable': 503,
}

/** An answer that says what went wrong (RFC 9457, `application/problem+json`), with keepup's code for programs. */
export function problem(
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = JSON.stringify({ type: 'about:blank', status, code, detail })
  const all = new Headers(headers)
  all.set('content-type', 'application/problem+json')
  return new Response(body, { status, headers: all })
}

/** An error as an answer. What is no {@link KeepupError} may hold anything, and is not told. */
export function problemOf(error: unknown): Response {
  if (!KeepupError.is(error)) {
    return problem(500, 'internal', 'Something went wrong in the server. Its own output says what.')
  }
  return problem(statuses[error.code] ?? 500, error.code, error.message)
}
