import { createPrivateKey } from 'node:crypto'

import { KeepupError } from '@keepup/core'
import {
  type AuthorizationServer,
  type ClientAuth,
  ClientSecretPost,
  None,
  PrivateKeyJwt,
} from 'oauth4webapi'

import type { ClientSettings, SigningAlgorithm } from '../oauth-options.ts'

/** How this client proves to an issuer who it is. */
export interface KnownClient {
  readonly id: string
  readonly secret?: string
  readonly privateKey?: ClientSettings['privateKey']
  /** The method that the registration was given. */
  readonly method?: string
}

/** What is done with a client's secrets in a request for tokens: private_key_jwt, client_secret_basic, client_secret_post or none. */
export function clientAuthentication(client: KnownClient, issuer: AuthorizationServer): ClientAuth {
  if (client.privateKey !== undefined) return signed(client.privateKey)
  if (client.secret === undefined) return None()
  const supported = issuer.token_endpoint_auth_methods_supported
  // RFC 8414: basic where the issuer says nothing.
  const method =
    client.method ??
    (supported === undefined || supported.includes('client_secret_basic')
      ? 'client_secret_basic'
      : supported[0])
  if (method === 'none') return None()
  return method === 'client_secret_post' ? ClientSecretPost(client.secret) : basic(client.secret)
}

/** RFC 6749, 2.3.1. Encodes only what must be, as servers are met that do not decode. */
function basic(secret: string): ClientAuth {
  return (_issuer, client, _body, headers) => {
    const pair = `${formEncoded(client.client_id)}:${formEncoded(secret)}`
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`)
  }
}

function formEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+')
}

const algorithms: Readonly<
  Record<SigningAlgorithm, Parameters<ReturnType<typeof createPrivateKey>['toCryptoKey']>[0]>
> = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
}

function signed({ pem, algorithm, keyId }: NonNullable<ClientSettings['privateKey']>): ClientAuth {
  try {
    const key = createPrivateKey(pem).toCryptoKey(algorithms[algorithm], false, ['sign'])
    return PrivateKeyJwt(keyId === undefined ? key : { key, kid: keyId })
  } catch {
    // The cause might quote the key.
    throw new KeepupError(
      'configuration-invalid',
      `client.privateKey is no private key for ${algorithm}. Give one as PKCS #8 in PEM.`,
    )
  }
}
