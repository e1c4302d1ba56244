import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'

/**
 * What certificates are judged by where authorities, as PEM, are trusted beside those of Node; `undefined` where there are none. Reading every authority takes
 * tens of milliseconds, so it is done at the first call, and once.
 */
export function trustOf(authorities: readonly string[] = []): () => SecureContext | undefined {
  let context: SecureContext | undefined
  return () => {
    if (authorities.length > 0) context ??= createSecureContext({ ca: [...rootCertificates, ...authorities] })
    return context
  }
}
