import type { OAuthFlows } from '@a2a-js/sdk'
import { KeepupError } from '@keepup/core'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose'

import { type Authenticator, bearerOf } from './authenticator.ts'

/** How tokens of an authorisation server are judged. */
export interface JsonWebTokenOptions {
  readonly issuer: string
  /** The name of this agent at the authorisation server: tokens for others are refused (RFC 9068, 4). */
  readonly audience: string
  /** Its keys, or where it publishes them (RFC 7517); an `https:` URL of the operator's own choice. */
  readonly keys: JSONWebKeySet | URL
  /** Scopes that a token must all have. */
  readonly scopes?: readonly string[]
  /** How clients get one, for the card. */
  readonly flows?: OAuthFlows
  /** Where the metadata of the authorisation server is (RFC 8414), for the card. */
  readonly metadataUrl?: string
}

/** Signatures that only their maker can make: a shared secret or none would let anybody be anybody. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

/** Callers with an access token of an authorisation server (OAuth 2, RFC 9068): each `sub` of the issuer is one. */
export function jsonWebTokens(options: JsonWebTokenOptions): Authenticator {
  const { issuer, audience, keys, scopes = [], flows, metadataUrl = '' } = options
  if (
    keys instanceof URL &&
    keys.protocol !== 'https:' &&
    keys.hostname !== 'localhost' &&
    keys.hostname !== '127.0.0.1'
  ) {
    throw new KeepupError(
      'configuration-invalid',
      `The keys of ${issuer} must come by https:, not from ${keys.href}.`,
    )
  }
  const found = keys instanceof URL ? createRemoteJWKSet(keys) : createLocalJWKSet(keys)
  return {
    name: 'oauth2',
    scheme: {
      scheme: {
        $case: 'oauth2SecurityScheme',
        value: { description: '', flows, oauth2MetadataUrl: metadataUrl },
      },
    },
    challenge: scopes.length === 0 ? 'Bearer' : `Bearer scope="${scopes.join(' ')}"`,
    async authenticate(credentials) {
      const token = bearerOf(credentials)
      if (token === undefined) return undefined
      try {
        const { payload } = await jwtVerify(token, found, {
          issuer,
          audience,
          algorithms,
          requiredClaims: ['exp', 'sub'],
        })
        return payload.sub !== undefined && hasScopes(payload, scopes) ? { name: payload.sub } : undefined
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined
        throw error
      }
    },
  }
}

function hasScopes({ scope }: JWTPayload, wanted: readonly string[]): boolean {
  const given = typeof scope === 'string' ? scope.split(' ') : []
  return wanted.every((one) => given.includes(one))
}
