import type { Authenticator } from './authenticator.ts'

/**
 * Callers with a certificate of their own (mutual TLS): those whose SHA-256 fingerprint is named, or all that the server's authorities vouch for, by their common names.
 */
export function clientCertificates(known?: Readonly<Record<string, string>>): Authenticator {
  const names = new Map(
    Object.entries(known ?? {}).map(([name, print]) => [print.replaceAll(':', '').toLowerCase(), name]),
  )
  return {
    name: 'mtls',
    scheme: { scheme: { $case: 'mtlsSecurityScheme', value: { description: '' } } },
    challenge: 'Mutual',
    authenticate({ certificate }) {
      if (certificate === undefined) return Promise.resolve(undefined)
      const { fingerprint, commonName } = certificate
      const name = known === undefined ? commonName : names.get(fingerprint)
      return Promise.resolve(name === undefined || name === '' ? undefined : { name })
    },
  }
}
