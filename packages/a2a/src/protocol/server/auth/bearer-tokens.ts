import { type Authenticator, bearerOf } from './authenticator.ts'
import { nameOfSecret } from './same-secret.ts'

/** Callers that bear a secret token, by their names. */
export function bearerTokens(tokens: Readonly<Record<string, string>>): Authenticator {
  return {
    name: 'bearer',
    scheme: {
      scheme: {
        $case: 'httpAuthSecurityScheme',
        value: { description: '', scheme: 'bearer', bearerFormat: '' },
      },
    },
    challenge: 'Bearer',
    authenticate(credentials) {
      const token = bearerOf(credentials)
      const name = token === undefined ? undefined : nameOfSecret(tokens, token)
      return Promise.resolve(name === undefined ? undefined : { name })
    },
  }
}
