import { types } from 'node:util'

import { notStorable, type Place } from './not-storable.ts'

/** How deep a value may nest. */
export const deepestNesting = 1_000

/** A value as plain JSON with the tagged forms that `encodeValue` describes, or `value-not-storable`, which says where and why. */
export function toRichForm(value: unknown, place?: Place): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'undefined':
      return { $undefined: true }
    case 'bigint':
      return { $bigint: value.toString() }
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: numberName(value) }
    case 'object':
      return value === null ? null : objectForm(value, place)
    case 'function':
    case 'symbol':
      throw notStorable(place, `a ${typeof value}`)
    default:
      throw notStorable(place, 'of an unknown kind')
  }
}

function objectForm(value: object, place: Place | undefined): unknown {
  let depth = 0
  for (let step = place; step !== undefined; step = step.above) {
    if (step.holder === value) throw notStorable(place, 'a reference to an object around it (a cycle)')
    depth += 1
  }
  if (depth > deepestNesting) throw notStorable(place, `nested deeper than ${deepestNesting} levels`)
  if (Array.isArray(value)) return arrayForm(value, place)
  if (Object.getPrototypeOf(value) === Object.prototype) return recordForm(value, place)
  return builtInForm(value, place)
}

function arrayForm(value: readonly unknown[], above: Place | undefined): unknown {
  if (Object.getPrototypeOf(value) !== Array.prototype) {
    throw notStorable(above, 'an array of another class or realm')
  }
  const items = Array.from({ length: value.length }, (_, key) =>
    propertyForm(Object.getOwnPropertyDescriptor(value, key), { above, holder: value, key }),
  )
  if (Reflect.ownKeys(value).length !== value.length + 1) {
    throw notStorable(above, 'an array with extra properties')
  }
  return items
}

function recordForm(value: object, above: Place | undefined): unknown {
  const members = Reflect.ownKeys(value).map((key) => {
    if (typeof key === 'symbol') throw notStorable(above, `an object with the symbol key ${String(key)}`)
    const member = propertyForm(Object.getOwnPropertyDescriptor(value, key), { above, holder: value, key })
    return [key.startsWith('$') ? `$${key}` : key, member] as const
  })
  // `fromEntries` defines properties, so that a key named `__proto__` stays one.
  return Object.fromEntries(members)
}

function propertyForm(property: PropertyDescriptor | undefined, place: Place): unknown {
  if (property === undefined) throw notStorable(place, 'a hole in a sparse array')
  if (!('value' in property)) throw notStorable(place, 'an accessor property')
  if (property.enumerable !== true) throw notStorable(place, 'a hidden (not enumerable) property')
  return toRichForm(property.value, place)
}

function builtInForm(value: object, above: Place | undefined): unknown {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (types.isUint8Array(value) && (prototype === Uint8Array.prototype || prototype === Buffer.prototype)) {
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  }
  const form = Reflect.ownKeys(value).length === 0 ? bareForm(value, prototype, above) : undefined
  if (form === undefined) throw notStorable(above, describe(value))
  return form
}

/** The form of a built-in object without properties of its own. */
function bareForm(value: object, prototype: unknown, above: Place | undefined): unknown {
  const inside = (item: unknown, key: number): unknown => toRichForm(item, { above, holder: value, key })
  if (prototype === Date.prototype && types.isDate(value)) return { $date: dateNumber(value) }
  if (prototype === Set.prototype && types.isSet(value)) return { $set: [...value].map(inside) }
  if (prototype === Map.prototype && types.isMap(value)) return { $map: [...value].map(inside) }
  return undefined
}

function numberName(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function dateNumber(value: Date): number | null {
  const time = value.getTime()
  return Number.isNaN(time) ? null : time
}

function describe(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null) return 'an object without a prototype'
  const maker: unknown = typeof prototype === 'object' ? Reflect.get(prototype, 'constructor') : undefined
  const name = typeof maker === 'function' ? maker.name : ''
  if (name === 'Object') return 'an object of another realm'
  if (name === '') return 'an object with a prototype of its own'
  return `an instance of ${name}, or has properties that ${name} does not declare`
}
