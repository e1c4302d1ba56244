import { KeepupError } from '@keepup/core'

/** Turns a parsed JSON value into a `T`, or says what is wrong at `place`. */
export type Check<T> = (value: unknown, place: string) => T

/** The fields of an object, each with its check. */
export type Fields<T> = { readonly [Key in keyof Required<T>]: Check<Required<T>[Key]> }

/** An object of known fields. Those in `required` must be there; an unknown one is refused, because it is most often misspelt. */
export function object<T extends object>(fields: Fields<T>, required: readonly (keyof T)[] = []): Check<T> {
  const known = Object.keys(fields)
  return (value, place) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw wrong(place, 'an object', value)
    const found: Record<string, unknown> = {}
    for (const [key, field] of Object.entries<unknown>({ ...value })) {
      if (!known.includes(key)) throw unknownField(`${place}.${key}`, known)
      if (field !== undefined) found[key] = fields[key as keyof T](field, `${place}.${key}`)
    }
    for (const key of required) {
      if (!(key in found)) throw invalid(`${place}.${String(key)}`, 'is missing', 'add it')
    }
    // Every field was checked by its own entry of `fields`, and the required ones are there.
    return found as T
  }
}

/** An array of things. */
export function array<T>(item: Check<T>): Check<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw wrong(place, 'an array', value)
    return value.map((each, index) => item(each, `${place}[${index}]`))
  }
}

/** A string. */
export const text: Check<string> = (value, place) => {
  if (typeof value !== 'string') throw wrong(place, 'a string', value)
  return value
}

/** True or false. */
export const flag: Check<boolean> = (value, place) => {
  if (typeof value !== 'boolean') throw wrong(place, 'true or false', value)
  return value
}

/** A whole number of at least `least`. */
export function whole(least: number): Check<number> {
  return (value, place) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
      throw wrong(place, `a whole number from ${least}`, value)
    }
    return value
  }
}

/** One of the named strings. */
export function oneOf<T extends string>(...choices: readonly T[]): Check<T> {
  return (value, place) => {
    const choice = choices.find((each) => each === value)
    if (choice === undefined) throw wrong(place, `one of ${choices.join(', ')}`, value)
    return choice
  }
}

/** The source of a JavaScript regular expression, or one made already. */
export const pattern: Check<RegExp> = (value, place) => {
  if (value instanceof RegExp) return new RegExp(value.source, value.flags.replace(/[gy]/g, ''))
  try {
    return new RegExp(text(value, place))
  } catch (cause) {
    if (KeepupError.is(cause)) throw cause
    throw new KeepupError('configuration-invalid', `${place}: ${String(cause)}. Correct the expression.`, {
      cause,
    })
  }
}

/** Says that a value is not what belongs at a place. */
export function wrong(place: string, expected: string, value: unknown): KeepupError {
  return invalid(place, `must be ${expected}, not ${show(value)}`, 'correct it')
}

function unknownField(place: string, known: readonly string[]): KeepupError {
  return invalid(place, 'is not a known field', `use one of ${known.join(', ')}`)
}

function invalid(place: string, problem: string, next: string): KeepupError {
  return new KeepupError('configuration-invalid', `${place} ${problem}: ${next}.`, { details: { place } })
}

function show(value: unknown): string {
  const shown = JSON.stringify(value) ?? typeof value
  return shown.length > 80 ? `${shown.slice(0, 80)}…` : shown
}
