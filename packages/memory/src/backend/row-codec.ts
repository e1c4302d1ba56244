import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

import { type Key, KeepupError, type KeyRing } from '@keepup/core'

import type { ScopeId } from '../contract/scope.ts'

/** How a scope's rows are written: as they are, or encrypted. */
export interface RowCodec {
  /** What is stored of a text. `place` is authenticated: what is moved to another one does not open. */
  write(place: string, text: string): string | Uint8Array
  /** The inverse of `write`. Fails `keys-required` where it does not open. */
  read(place: string, stored: string | Uint8Array): string
  /** What is stored of a name or a word that rows are found by: the same for the same. */
  term(text: string): string
}

const plain: RowCodec = {
  write: (_place, text) => text,
  read: (_place, stored) => (typeof stored === 'string' ? stored : Buffer.from(stored).toString('utf8')),
  term: (text) => text,
}

const nonceLength = 12
const tagLength = 16
const termLength = 20

/** The key of a scope in a ring, for the rows that are derived of it: not that of its thread's entries. */
export function rowScope(scope: ScopeId): string {
  return `${scope}#rows`
}

/** The codec of a scope's rows: plain without a ring, else AES-256-GCM (NIST SP 800-38D) and HMAC-SHA-256 under the scope's own key. */
export async function rowCodec(ring: KeyRing | undefined, scope: ScopeId): Promise<RowCodec> {
  if (ring === undefined) return plain
  const key = await ring.get(rowScope(scope))
  if (key !== undefined) return sealedBy(key, scope)
  throw new KeepupError(
    'keys-required',
    `The key ring gives no key for the rows of ${scope}. Nothing was done; give a ring that makes one.`,
    { details: { scope } },
  )
}

function sealedBy(key: Key, scope: ScopeId): RowCodec {
  return {
    write(place, text) {
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(aad(scope, place))
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    read(place, stored) {
      const sealed = typeof stored === 'string' ? Buffer.from(stored) : stored
      try {
        const end = sealed.length - tagLength
        const decipher = createDecipheriv('aes-256-gcm', key.bytes, sealed.subarray(0, nonceLength), {
          authTagLength: tagLength,
        })
        decipher.setAAD(aad(scope, place)).setAuthTag(sealed.subarray(end))
        const opened = [decipher.update(sealed.subarray(nonceLength, end)), decipher.final()]
        return Buffer.concat(opened).toString('utf8')
      } catch (cause) {
        throw new KeepupError(
          'keys-required',
          `A row of ${scope} does not open with key ${key.id}. Give the ring that it was written with, or make the rows again with rebuild.`,
          { cause, details: { scope, key: key.id } },
        )
      }
    },
    term: (text) => createHmac('sha256', key.bytes).update(text).digest('hex').slice(0, termLength),
  }
}

function aad(scope: ScopeId, place: string): Buffer {
  return Buffer.from(`${scope} ${place}`, 'utf8')
}
