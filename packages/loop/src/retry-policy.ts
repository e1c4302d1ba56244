import type { Hash, Milliseconds, ModelFailure, RetryPolicy } from '@keepup/core'

/** Five calls, waiting 1, 2, 4 and 8 seconds, and as long as a provider asks up to five minutes. */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 5,
  first: 1_000,
  longest: 30_000,
  patience: 300_000,
}

/** What follows a failed model call. */
export type AfterFailure =
  | { readonly next: 'retry'; readonly delay: Milliseconds }
  | { readonly next: 'fallback' | 'give-up' }

/**
 * Decides after the `failures`-th failure of a model (from 1). Waits as long as the provider asks (RFC 9110 Retry-After), otherwise twice as long
 * each time plus up to a quarter, taken from `request` so that a replay waits the same and two agents do not wait alike. Whoever interrupted a
 * call decides what follows; where nobody did, it is called again.
 */
export function afterFailure(
  policy: RetryPolicy,
  failure: ModelFailure,
  situation: { readonly failures: number; readonly fallbacks: boolean; readonly request: Hash },
): AfterFailure {
  const otherwise = { next: situation.fallbacks ? 'fallback' : 'give-up' } as const
  if (situation.failures >= policy.attempts) return otherwise
  if (failure.kind === 'interrupted') return { next: 'retry', delay: 0 }
  if (!failure.retryable) return otherwise
  if (failure.retryAfter !== undefined) {
    return failure.retryAfter <= policy.patience ? { next: 'retry', delay: failure.retryAfter } : otherwise
  }
  const wait = Math.min(policy.first * 2 ** (situation.failures - 1), policy.longest)
  const chance = Number.parseInt(situation.request.slice(0, 4), 16) / 0xffff
  return { next: 'retry', delay: Math.round(wait * (1 + chance / 4)) }
}
