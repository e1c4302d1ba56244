import { type KeyRing, type Key, KeepupError } from '@keepup/core'

import { decodeValue } from '../decode-value.ts'
import { encodeValue } from '../encode-value.ts'
import { openBytes, sealBytes } from './sealed-bytes.ts'

/** Where a value lies, so that it cannot be moved: what it is, its thread, its sequence or id, its type. */
export interface Place {
  readonly kind: 'entry' | 'signal' | 'state' | 'snapshot'
  readonly scope: string
  readonly at: number | string | null
  readonly type: string
}

const mark = 'keepup-sealed'

/** What is stored instead of a value. */
type Sealed = Readonly<
  Record<typeof mark, readonly [version: 1, key: string, at: Place['at'], bytes: Uint8Array]>
>

/** Encrypts a value for its place; what is given back can be stored like any value. Fails `value-not-storable`. */
export function sealValue(key: Key, place: Place, value: unknown): Sealed {
  return { [mark]: [1, key.id, place.at, sealBytes(key, placeText(place), encodeValue(value))] }
}

/**
 * Decrypts what {@link sealValue} gave; a value that was stored before encryption was turned on is given as it is. Fails `keys-required` where its key
 * was destroyed or is another one, or where it lies in another place.
 */
export async function openValue(ring: KeyRing, place: Place, value: unknown): Promise<unknown> {
  if (!isSealed(value)) return value
  const [, id, at, bytes] = value[mark]
  const what = `${place.kind} ${place.at ?? place.type} of ${place.scope}`
  const key = await ring.get(place.scope, id)
  if (key === undefined) {
    const message =
      `${what} is encrypted under key ${id}, which this key ring does not have: it was destroyed, or lies in another ring. ` +
      'Give the ring it was written with; what was destroyed on purpose is gone.'
    throw new KeepupError('keys-required', message, {
      details: { key: id, scope: place.scope, reason: 'missing' },
    })
  }
  // One that was written without a place of its own is bound to thread and type alone.
  return decodeValue(openBytes(key, placeText({ ...place, at: at === null ? null : place.at }), bytes, what))
}

/** Whether a stored value is encrypted. */
export function isSealed(value: unknown): value is Sealed {
  if (typeof value !== 'object' || value === null || !(mark in value)) return false
  const parts: unknown = value[mark]
  return (
    Array.isArray(parts) && parts[0] === 1 && typeof parts[1] === 'string' && parts[3] instanceof Uint8Array
  )
}

function placeText({ kind, scope, at, type }: Place): string {
  return JSON.stringify([mark, 1, kind, scope, at, type])
}
