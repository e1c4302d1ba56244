import type { Form, Tagged } from './stored-form.ts'

const kinds = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError } as const

/** The form of an error of JavaScript's own classes, with its stack, cause and extra properties; `undefined` for any other. */
export function errorForm(
  error: Error,
  formOfPart: (part: unknown, key: string) => Form,
): Tagged | undefined {
  const prototype: unknown = Object.getPrototypeOf(error)
  const kind = Object.entries(kinds).find(([, maker]) => maker.prototype === prototype)?.[0]
  if (kind === undefined) return undefined
  const members = Reflect.ownKeys(error).map((key) => {
    const name = String(key)
    // Read, not looked at: in some engines the stack is an accessor.
    const isShown = Object.prototype.propertyIsEnumerable.call(error, key)
    return [name, isShown, formOfPart(Reflect.get(error, key), name)] as const
  })
  return Reflect.ownKeys(error).some((key) => typeof key === 'symbol')
    ? undefined
    : { '@': ['error', kind, members] }
}

/** An error from its kind and its properties; `undefined` where there is no such kind. */
export function errorFrom(
  kind: string,
  members: readonly (readonly [string, boolean, unknown])[],
): Error | undefined {
  const maker = Object.entries(kinds).find(([name]) => name === kind)?.[1]
  if (maker === undefined) return undefined
  const error = new maker()
  for (const key of Reflect.ownKeys(error)) Reflect.deleteProperty(error, key)
  for (const [key, enumerable, value] of members) {
    Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true })
  }
  return error
}
