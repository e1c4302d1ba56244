import { notStorable } from './not-storable.ts'

/** A place in a value. */
type Path = readonly (string | number)[]

/**
 * LangChain's own record of a serializable object, `{ lc: 1, type: 'constructor', id, kwargs }`, as plain JSON. Fails `value-not-storable` where LangChain
 * could not make it again, or where an argument is not JSON: LangChain would change it without a word.
 */
export function lastingRecord(value: object, path: Path): Readonly<Record<string, unknown>> {
  checkArguments(value, path)
  const made: unknown = 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : undefined
  if (!isRecord(made) || made['lc'] !== 1 || made['type'] !== 'constructor') {
    throw notStorable(path, 'an object that LangChain says it cannot serialize')
  }
  return jsonRecord(made, path)
}

/** LangChain makes empty objects of what it does not know: so its own arguments are looked at, not its record of them. */
function checkArguments(value: object, path: Path): void {
  const given: unknown = Reflect.get(value, 'lc_kwargs')
  if (typeof given !== 'object' || given === null) return
  for (const key of Object.keys(given)) {
    const argument: unknown = Reflect.get(key in value ? value : given, key)
    if (argument !== undefined) jsonOf(argument, [...path, key])
  }
}

function jsonOf(value: unknown, path: Path): unknown {
  if (isJsonScalar(value)) return value
  if (Array.isArray(value)) return value.map((item: unknown, at) => jsonOf(item, [...path, at]))
  if (isRecord(value) && path.length < 900) return jsonRecord(value, path)
  if (typeof value === 'object' && value !== null && 'lc_serializable' in value)
    return lastingRecord(value, path)
  throw notStorable(path, `of the type ${typeof value} and no JSON, but in a LangChain object`)
}

function isJsonScalar(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  return value === null || typeof value === 'string' || typeof value === 'boolean'
}

/** Arguments that are `undefined` are those that were not given. */
function jsonRecord(value: Readonly<Record<string, unknown>>, path: Path): Readonly<Record<string, unknown>> {
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([key, member]) => [key, jsonOf(member, [...path, key])]))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
