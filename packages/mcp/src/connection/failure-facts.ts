import { KeepupError } from '@keepup/core'

/** Whether a request had its effect. `not-run`: certainly not. `failed`: the server answered that it failed. `unknown`: nobody can tell. */
export type RequestOutcome = 'not-run' | 'failed' | 'unknown'

/** What a failed request says in its `details`. */
export interface FailureFacts {
  readonly outcome: RequestOutcome
  /** The connection is of no use any more: another one may be. */
  readonly reconnect: boolean
  /** Of JSON-RPC, where the server answered an error. */
  readonly rpcCode?: number
  /** Of HTTP, where the server answered no success. */
  readonly status?: number
  /** In milliseconds: given up after so long. */
  readonly timedOut?: number
}

/** The facts of a failed request; `undefined` for errors of others. */
export function failureFacts(error: unknown): FailureFacts | undefined {
  if (!KeepupError.is(error)) return undefined
  const { outcome, reconnect, rpcCode, status, timedOut } = error.details
  if (outcome !== 'not-run' && outcome !== 'failed' && outcome !== 'unknown') return undefined
  return {
    outcome,
    reconnect: reconnect === true,
    ...(typeof rpcCode === 'number' ? { rpcCode } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof timedOut === 'number' ? { timedOut } : {}),
  }
}
