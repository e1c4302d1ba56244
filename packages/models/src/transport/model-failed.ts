import { KeepupError, type ModelFailure } from '@keepup/core'

/** A `model-failed` error that carries `failure`, for the way from where it was noticed to the end of the stream. */
export function modelFailed(failure: ModelFailure, cause?: unknown): KeepupError {
  return new KeepupError('model-failed', failure.message, { cause, details: { failure } })
}

/** The failure that a `model-failed` error carries. */
export function carriedFailure(error: unknown): ModelFailure | undefined {
  if (!KeepupError.is(error, 'model-failed')) return undefined
  // Only `modelFailed` puts this detail there.
  return error.details['failure'] as ModelFailure | undefined
}
