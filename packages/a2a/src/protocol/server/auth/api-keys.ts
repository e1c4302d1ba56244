import type { Authenticator } from './authenticator.ts'
import { nameOfSecret } from './same-secret.ts'

/** Callers that send a key in a header of its own, by their names. `header` is `X-API-Key` when left out. */
export function apiKeys(
  keys: Readonly<Record<string, string>>,
  { header: name = 'X-API-Key' }: { readonly header?: string } = {},
): Authenticator {
  return {
    name: 'apiKey',
    scheme: {
      scheme: { $case: 'apiKeySecurityScheme', value: { description: '', location: 'header', name } },
    },
    challenge: `ApiKey header="${name}"`,
    authenticate({ header }) {
      const key = header(name.toLowerCase())
      const known = key === undefined ? undefined : nameOfSecret(keys, key)
      return Promise.resolve(known === undefined ? undefined : { name: known })
    },
  }
}
