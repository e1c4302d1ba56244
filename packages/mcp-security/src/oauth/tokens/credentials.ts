import type { JsonWebKey } from 'node:crypto'

import type { Timestamp } from '@keepup/core'

import { isSameIssuer } from '../discovery/discover.ts'
import type { CredentialStore } from '../store/credential-store.ts'

/** What is known of a server from earlier. */
export interface Binding {
  readonly issuer: string
  readonly resource: string
  /** Where its challenge says its metadata is. */
  readonly resourceMetadata?: string
  /** The scopes that were asked for in the last login. Where one of them is missing all the same, nobody is asked for it again. */
  readonly asked: readonly string[]
}

/** Tokens of one issuer for one resource. */
export interface Tokens {
  readonly accessToken: string
  readonly type: 'bearer' | 'dpop'
  readonly obtainedAt: Timestamp
  readonly expiresAt?: Timestamp
  readonly refreshToken?: string
  readonly scopes: readonly string[]
  /** The key that the tokens are bound to, as a JWK. */
  readonly dpopKey?: JsonWebKey
}

/** A registration that this client made. */
export interface Registration {
  readonly id: string
  readonly secret?: string
  readonly method?: string
  readonly redirectUri: string
  readonly expiresAt?: Timestamp
}

/** The credentials of one server, in a store that others share. Tokens are kept by issuer and resource, registrations by issuer and server. */
export interface Credentials {
  binding(): Promise<Binding | undefined>
  bind(binding: Binding): Promise<void>
  tokens(binding: Binding): Promise<Tokens | undefined>
  saveTokens(binding: Binding, tokens: Tokens): Promise<void>
  dropTokens(binding: Binding): Promise<void>
  registration(issuer: string): Promise<Registration | undefined>
  saveRegistration(issuer: string, registration: Registration): Promise<void>
  dropRegistration(issuer: string): Promise<void>
  /** Forgets the server, its tokens and the registration. */
  forget(binding: Binding): Promise<void>
  /** Does work while nobody else renews tokens that this server could share. */
  exclusive<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>
}

/** Opens the credentials of one server. */
export function credentialsOf(
  store: CredentialStore,
  server: URL,
  { perServer }: { readonly perServer: boolean },
): Credentials {
  const place = JSON.stringify(['server', server.href])
  const clientOf = (issuer: string): string =>
    JSON.stringify(['client', sameSpelling(issuer), perServer ? server.href : ''])
  const read = async <T>(key: string): Promise<T | undefined> => {
    const text = await store.read(key)
    // The store gives back what was written under this key, by this file.
    return text === undefined ? undefined : (JSON.parse(text) as T)
  }
  const write = (key: string, value: object): Promise<void> => store.write(key, JSON.stringify(value))
  return {
    binding: () => read<Binding>(place),
    bind: (binding) => write(place, binding),
    tokens: (binding) => read<Tokens>(tokensOf(binding)),
    saveTokens: (binding, tokens) => write(tokensOf(binding), tokens),
    dropTokens: (binding) => store.remove(tokensOf(binding)),
    registration: (issuer) => read<Registration>(clientOf(issuer)),
    saveRegistration: (issuer, registration) => write(clientOf(issuer), registration),
    dropRegistration: (issuer) => store.remove(clientOf(issuer)),
    forget: async (binding) => {
      await store.remove(tokensOf(binding))
      await store.remove(clientOf(binding.issuer))
      await store.remove(place)
    },
    // Resources of one origin may share tokens, those of two origins never do.
    exclusive: (work, signal) => store.exclusive(JSON.stringify(['renewal', server.origin]), work, signal),
  }
}

function tokensOf({ issuer, resource }: Binding): string {
  return JSON.stringify(['tokens', sameSpelling(issuer), resource])
}

function sameSpelling(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).href : issuer
}

/** Whether credentials of a binding are of that issuer. */
export function isBoundTo(binding: Binding, issuer: string): boolean {
  return isSameIssuer(binding.issuer, issuer)
}
