import { KeepupError } from '@keepup/core'

import type { SessionParts } from './session-parts.ts'
import { sharedFlight } from './shared-flight.ts'
import type { Tokens } from './tokens/credentials.ts'
import { isUsable } from './tokens/is-usable.ts'
import { type Renewal, renewTokens } from './tokens/renew-tokens.ts'

/** The tokens of one session: read from the store each time, so that what other processes did counts at once. */
export interface TokenHolder {
  /** Tokens for a call that begins now, refreshed where they are about to end; `undefined` without any. */
  usable(signal: AbortSignal): Promise<Tokens | undefined>
  /** Other tokens than those that were used. Callers that want the same share one renewal. */
  renew(renewal: Renewal, signal: AbortSignal): Promise<Tokens>
  /** Whether these are the tokens that are kept. */
  isLatest(tokens: Tokens | undefined): Promise<boolean>
}

/** Holds the tokens of one session. */
export function tokenHolder(parts: SessionParts): TokenHolder {
  const { credentials, clock } = parts
  const flights = sharedFlight<Tokens>()
  const kept = async (): Promise<Tokens | undefined> => {
    const binding = await credentials.binding()
    return binding && credentials.tokens(binding)
  }
  const renew: TokenHolder['renew'] = (renewal, signal) => {
    const key = JSON.stringify([renewal.reason, renewal.used?.accessToken, renewal.demand.scopes])
    return flights(key, (shared) => renewTokens(parts, renewal, shared), signal)
  }
  return {
    renew,
    usable: async (signal) => {
      const tokens = await kept()
      if (tokens === undefined || isUsable(tokens, clock.now()) || !canRenew(parts, tokens)) return tokens
      try {
        return await renew(
          { reason: 'expiring', used: tokens, demand: { scopes: [] }, mayRefresh: true },
          signal,
        )
      } catch (error) {
        signal.throwIfAborted()
        // What is left of its life may do; the server has the last word.
        if (KeepupError.is(error) && clock.now() < (tokens.expiresAt ?? 0)) return tokens
        throw error
      }
    },
    isLatest: async (tokens) => (await kept())?.accessToken === tokens?.accessToken,
  }
}

/** Whether tokens can be renewed without a person. */
function canRenew({ options }: SessionParts, { refreshToken }: Tokens): boolean {
  return (
    refreshToken !== undefined || (options.grant !== undefined && options.grant.type !== 'authorization-code')
  )
}
