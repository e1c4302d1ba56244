import { createHash, timingSafeEqual } from 'node:crypto'

/** The name whose secret was given; compared in the same time wherever they differ. */
export function nameOfSecret(secrets: Readonly<Record<string, string>>, given: string): string | undefined {
  const wanted = hash(given)
  let found: string | undefined
  for (const [name, secret] of Object.entries(secrets))
    if (timingSafeEqual(hash(secret), wanted)) found = name
  return found
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
