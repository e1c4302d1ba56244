import type { SecurityScheme } from '@a2a-js/sdk'

/** What a request shows of who sent it, whatever binding it came by. */
export interface Credentials {
  /** By lower-case name; of several values the first. */
  readonly header: (name: string) => string | undefined
  /** The certificate that the client proved to hold, where TLS asked for one that its authorities vouch for. */
  readonly certificate?: ClientCertificate
}

/** A client's certificate, verified. */
export interface ClientCertificate {
  /** SHA-256 over the certificate, in lower-case hexadecimal. */
  readonly fingerprint: string
  /** The common name of its subject; empty where it has none. */
  readonly commonName: string
}

/** Whoever was recognised. */
export interface Caller {
  /** Stable: tasks are kept under it. */
  readonly name: string
}

/** One way for callers to say who they are. */
export interface Authenticator {
  /** The name of the scheme in the card. */
  readonly name: string
  /** The scheme as the card declares it (A2A 1.0, 4.5). */
  readonly scheme: SecurityScheme
  /** What a refused client is told to send (RFC 9110, 11.6.1). */
  readonly challenge: string
  /** The caller; `undefined` where these credentials are missing or do not hold. Never rejects for what a client sent. */
  authenticate(credentials: Credentials): Promise<Caller | undefined>
}

/** The first caller that one of the ways recognises. */
export async function authenticate(
  ways: readonly Authenticator[],
  credentials: Credentials,
): Promise<Caller | undefined> {
  for (const way of ways) {
    const caller = await way.authenticate(credentials)
    // Two ways may know different callers by the same name.
    if (caller !== undefined) return { name: ways.length === 1 ? caller.name : `${way.name}/${caller.name}` }
  }
  return undefined
}

/** The token of `Authorization: Bearer TOKEN` (RFC 6750, 2.1). */
export function bearerOf({ header }: Credentials): string | undefined {
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(header('authorization') ?? '')?.[1]
}
