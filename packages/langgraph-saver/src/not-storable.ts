import { KeepupError } from '@keepup/core'

/** The error for a part of a value that could not be given back exactly; `details.pointer` is its JSON Pointer (RFC 6901). */
export function notStorable(path: readonly (string | number)[], what: string): KeepupError {
  const pointer = path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  const subject = pointer === '' ? 'The value itself' : `The value at ${pointer.slice(0, 200)}`
  const message =
    `${subject} is ${what}, which could not be given back exactly, so nothing was stored. Keep plain objects, arrays, strings, numbers, booleans, null, ` +
    'undefined, bigint, Date, RegExp, URL, Error, typed arrays, Map, Set or LangChain messages in the state of a graph instead.'
  return new KeepupError('value-not-storable', message, { details: { pointer, what } })
}
