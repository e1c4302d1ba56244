import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto'

import type { Fetch } from '@keepup/core'
import {
  customFetch,
  DPoP,
  type DPoPHandle,
  isDPoPNonceError,
  protectedResourceRequest,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi'

import type { ReplayableRequest } from '../replayable-request.ts'
import { protocolIsChecked } from './sent-by.ts'

/** A key that tokens are bound to (RFC 9449), with what signs proofs with it. */
export interface ProofKey {
  readonly jwk: JsonWebKey
  readonly handle: DPoPHandle
}

const curve = { name: 'ECDSA', namedCurve: 'P-256' }

/** Opens kept keys, and remembers the last one. */
export function proofKeys(): (jwk: JsonWebKey) => ProofKey {
  let last: ProofKey | undefined
  return (jwk) => {
    if (last === undefined || last.jwk.x !== jwk.x || last.jwk.y !== jwk.y) last = openProofKey(jwk)
    return last
  }
}

/** Makes a key for the tokens of one login. */
export async function makeProofKey(): Promise<ProofKey> {
  const made = await crypto.subtle.generateKey(curve, true, ['sign', 'verify'])
  // A key of WebCrypto exports to the same shape that Node types.
  return openProofKey((await crypto.subtle.exportKey('jwk', made.privateKey)) as JsonWebKey)
}

/** In memory a key cannot be exported any more. */
function openProofKey(jwk: JsonWebKey): ProofKey {
  const secret = createPrivateKey({ key: { ...jwk }, format: 'jwk' })
  const privateKey = secret.toCryptoKey(curve, false, ['sign'])
  const publicKey = createPublicKey(secret).toCryptoKey(curve, true, ['verify'])
  return { jwk, handle: DPoP({}, { privateKey, publicKey }) }
}

/** Calls a server with a bound token and a proof of the key; once more where the server wants a nonce in it. Follows no redirect. */
export async function fetchWithProof(
  next: Fetch,
  { url, method, headers, body, signal, init: given }: ReplayableRequest,
  { accessToken, proof }: { readonly accessToken: string; readonly proof: ProofKey },
): Promise<Response> {
  const send = (): Promise<Response> =>
    protectedResourceRequest(accessToken, method, url, headers, body, {
      DPoP: proof.handle,
      ...protocolIsChecked,
      signal,
      [customFetch]: (target, init) =>
        next(target, {
          ...given,
          method,
          headers: init.headers,
          redirect: 'manual',
          signal,
          body: body ?? null,
        }),
    })
  try {
    return await send()
  } catch (error) {
    if (!(error instanceof WWWAuthenticateChallengeError)) throw error
    if (!isDPoPNonceError(error)) return error.response
    await error.response.body?.cancel()
  }
  try {
    return await send()
  } catch (error) {
    if (error instanceof WWWAuthenticateChallengeError) return error.response
    throw error
  }
}
