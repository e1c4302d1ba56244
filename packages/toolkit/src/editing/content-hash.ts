import { hash } from 'node:crypto'

/** SHA-256 of a file's bytes, in hexadecimal. */
export function contentHash(bytes: Uint8Array): string {
  return hash('sha256', bytes)
}
