import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

import { type Key, KeepupError } from '@keepup/core'

const nonceLength = 12
const tagLength = 16

/**
 * Encrypts with AES-256-GCM (NIST SP 800-38D) under a new random nonce, or one that is never given with other bytes: nonce, ciphertext, tag. `place` is authenticated and not stored: what is moved to another
 * place does not open.
 */
export function sealBytes(
  key: Key,
  place: string,
  bytes: Uint8Array,
  nonce: Uint8Array = randomBytes(nonceLength),
): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(Buffer.from(place, 'utf8'))
  const sealed = Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  return new Uint8Array(sealed.buffer, sealed.byteOffset, sealed.length)
}

/** The inverse of {@link sealBytes}. Fails `keys-required` where it does not open: by another key, moved, or changed. */
export function openBytes(key: Key, place: string, sealed: Uint8Array, what: string): Buffer {
  try {
    const nonce = sealed.subarray(0, nonceLength)
    const end = sealed.length - tagLength
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: tagLength })
    decipher.setAAD(Buffer.from(place, 'utf8')).setAuthTag(sealed.subarray(end))
    return Buffer.concat([decipher.update(sealed.subarray(nonceLength, end)), decipher.final()])
  } catch (cause) {
    const message =
      `${what} does not open with key ${key.id}: it was written under another key, or was changed or moved since. ` +
      'Give the key ring it was written with; if that is the one, go back to a backup.'
    throw new KeepupError('keys-required', message, { cause, details: { key: key.id, reason: 'wrong' } })
  }
}
