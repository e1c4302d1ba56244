import { type JsonPointer, KeepupError } from '@keepup/core'

/** Where a walk through a value stands: a key of a holder, which is itself a part of something. */
export interface Place {
  readonly above: Place | undefined
  readonly holder: object
  readonly key: string | number
}

/** The error for a part of a value that the codec cannot give back exactly. */
export function notStorable(place: Place | undefined, what: string): KeepupError {
  const pointer = pointerOf(place)
  const subject = pointer === '' ? 'The value itself' : `The value at ${pointer.slice(0, 200)}`
  return new KeepupError(
    'value-not-storable',
    `${subject} is ${what}, which could not be given back exactly. ` +
      'Store plain objects, arrays, strings, numbers, booleans, null, undefined, Date, bigint, Uint8Array, Map or Set instead.',
    { details: { pointer, what } },
  )
}

/** RFC 6901. */
function pointerOf(place: Place | undefined): JsonPointer {
  const keys: string[] = []
  for (let step = place; step !== undefined; step = step.above) {
    keys.push(`/${String(step.key).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  }
  return keys.toReversed().join('')
}
