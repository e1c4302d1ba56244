import { KeepupError, type ToolOutcome } from '@keepup/core'

/**
 * Why a page was not had. `url-refused`, `address-refused`: it may not be reached. `host-unknown`, `connection-failed`, `certificate-refused`: it could not be.
 * `response-malformed`, `response-truncated`, `response-too-large`, `response-too-slow`, `redirects-endless`: the server answered with what is no answer.
 * `http-error`: it answered with an error. `type-refused`, `page-too-complex`: what it sent cannot be shown.
 */
export type WebFailureCode =
  | 'url-refused'
  | 'address-refused'
  | 'host-unknown'
  | 'connection-failed'
  | 'certificate-refused'
  | 'response-malformed'
  | 'response-truncated'
  | 'response-too-large'
  | 'response-too-slow'
  | 'redirects-endless'
  | 'http-error'
  | 'type-refused'
  | 'page-too-complex'

/** A call's failure on its way up. */
type FailedOutcome = Extract<ToolOutcome, { readonly type: 'failed' }>

/** A failure of the web: a KeepupError `tool-failed` that knows the outcome which a tool makes of it. */
class WebError extends KeepupError {
  readonly outcome: FailedOutcome

  constructor(outcome: FailedOutcome, cause: unknown) {
    super('tool-failed', outcome.message, { cause, details: { failure: outcome.code } })
    this.outcome = outcome
  }
}

/** A failure to be thrown; `asFailed` makes the outcome of it. */
export function webFailure(code: WebFailureCode, message: string, cause?: unknown): KeepupError {
  return new WebError({ type: 'failed', code, message }, cause)
}

/** The outcome that a thrown web failure stands for; throws every other error on. */
export function asFailed(error: unknown): ToolOutcome {
  if (error instanceof WebError) return error.outcome
  throw error
}
