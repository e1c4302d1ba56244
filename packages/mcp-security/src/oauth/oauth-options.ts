import type { Clock } from '@keepup/core'

import type { Reach } from './network/reach.ts'
import type { CredentialStore } from './store/credential-store.ts'

/** Who the client is. Without anything it registers itself, where the authorisation server takes that. */
export interface ClientSettings {
  /** The id of a registration that was made beforehand. */
  readonly id?: string
  readonly secret?: string
  /** A private key in place of a secret (private_key_jwt, RFC 7523), as PKCS #8 in PEM. */
  readonly privateKey?: {
    readonly pem: string
    readonly algorithm: SigningAlgorithm
    readonly keyId?: string
  }
  /** The issuer that `id`, `secret` and `privateKey` were made for; they are sent to no other. Without it, the first that is met. */
  readonly issuer?: string
  /** The https URL of this client's metadata document, which is then its id (client ID metadata documents). */
  readonly metadataUrl?: string
  /** What people see when they are asked. `keepup` when left out. */
  readonly name?: string
  /** Where the browser comes back to, where the registration names it: `http://127.0.0.1/callback`, any port unless it has one. */
  readonly redirectUri?: string
}

/** Algorithms of signatures (RFC 7518). */
export type SigningAlgorithm = 'ES256' | 'ES384' | 'RS256' | 'PS256' | 'EdDSA'

/** How tokens are had. */
export type Grant =
  /** A person agrees in a browser. */
  | { readonly type: 'authorization-code' }
  /** The client by itself, with its secret or its private key. */
  | { readonly type: 'client-credentials' }
  /** A workload's own token (workload identity federation, RFC 7523), asked for anew each time. */
  | {
      readonly type: 'jwt-bearer'
      readonly assertion: (target: { readonly issuer: string; readonly resource: string }) => Promise<string>
    }
  /** An employer's identity provider agrees (enterprise-managed authorisation, ID-JAG). */
  | { readonly type: 'enterprise-managed'; readonly provider: IdentityProvider }

/** The identity provider of an enterprise, at which the user is logged in already. */
export interface IdentityProvider {
  readonly tokenEndpoint: string
  readonly clientId: string
  readonly clientSecret?: string
  /** The user's present ID token. */
  readonly idToken: () => Promise<string>
}

/** What a person is asked before the browser opens. */
export interface LoginRequest {
  readonly server: string
  readonly issuer: string
  /** `more-scopes`: the server wants more than was agreed to. `issuer-changed`: another issuer guards it than before. */
  readonly reason: 'login' | 'more-scopes' | 'issuer-changed'
  readonly scopes: readonly string[]
  /** Those of `scopes` that were not agreed to before. */
  readonly added: readonly string[]
}

/** What happened, for logs and audit. Holds no secret. `not-kept`: tokens are in memory alone, as they could not be written. */
export interface OAuthEvent {
  readonly type:
    | 'registered'
    | 'logged-in'
    | 'refreshed'
    | 'logged-out'
    | 'issuer-changed'
    | 'defence-waived'
    | 'not-kept'
  readonly server: string
  readonly issuer?: string
  readonly detail?: string
}

/** Rules that one server breaks and is allowed to. Each use is told as `defence-waived`. */
export interface Compatibility {
  /** The authorisation server knows S256 without saying so. It is used all the same. */
  readonly pkceNotAdvertised?: boolean
  /** The document of the issuer names another issuer. */
  readonly issuerNotEchoed?: boolean
}

/** OAuth for one MCP server. */
export interface OAuthOptions {
  /** The URL of the server, as the client calls it: https, or http on this machine. */
  readonly server: string | URL
  readonly store: CredentialStore
  readonly clock: Clock
  readonly client?: ClientSettings
  /** `authorization-code` when left out. */
  readonly grant?: Grant
  /** Shows a URL in a browser, for instance `systemBrowser`. Without this and `paste`, nobody is asked: calls fail `authorisation-required`. */
  readonly openBrowser?: (url: URL) => Promise<void>
  /** Shows a URL to somebody whose browser is elsewhere, and resolves with the address at which that browser ended. */
  readonly paste?: (url: URL, signal: AbortSignal) => Promise<string>
  /** Asked before every login. Without it a first login is taken as wanted, and anything more is refused. */
  readonly approve?: (request: LoginRequest) => Promise<boolean>
  /** The only issuer that is acceptable. */
  readonly issuer?: string
  /** Which of several issuers; the first when left out. */
  readonly chooseIssuer?: (issuers: readonly string[]) => Promise<string>
  /** Scopes to ask for where the server's challenge names none; those of its metadata when left out. */
  readonly scopes?: readonly string[]
  /** Binds tokens to a key of this client (RFC 9449), so that a stolen one is of no use. Off when left out, as few servers know it. */
  readonly dpop?: boolean
  readonly reach?: Reach
  readonly compatibility?: Compatibility
  /** Told what happens. What it throws is lost. */
  readonly report?: (event: OAuthEvent) => void
}
