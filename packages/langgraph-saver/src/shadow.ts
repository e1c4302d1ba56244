/** What an instance's properties were: enough to tell whether anything about it was changed in place. Text is shared, not copied. */
export interface Shadow {
  readonly prototype: unknown
  readonly keys: readonly string[]
  readonly parts: readonly unknown[]
}

const deepest = 50

/** The shadow of an object; `undefined` where a look at its own properties would not tell all. */
export function createShadow(value: object, depth: number = 0): Shadow | undefined {
  if (depth > deepest || ArrayBuffer.isView(value) || hasInside(value)) return undefined
  const keys = Object.keys(value)
  const parts: unknown[] = []
  for (const key of keys) {
    const part: unknown = Reflect.get(value, key)
    const shadow = typeof part === 'object' && part !== null ? createShadow(part, depth + 1) : { part }
    if (shadow === undefined) return undefined
    parts.push('part' in shadow ? part : shadow)
  }
  return { prototype: Object.getPrototypeOf(value), keys, parts }
}

/** Whether an object is still as it was when its shadow was made. */
export function isUnchanged(value: object, shadow: Shadow): boolean {
  if (Object.getPrototypeOf(value) !== shadow.prototype) return false
  const keys = Object.keys(value)
  if (keys.length !== shadow.keys.length) return false
  return keys.every((key, at) => {
    if (key !== shadow.keys[at]) return false
    const part: unknown = Reflect.get(value, key)
    const was = shadow.parts[at]
    if (typeof part !== 'object' || part === null) return Object.is(part, was)
    // Parts that are objects have shadows of their own.
    return typeof was === 'object' && was !== null && isUnchanged(part, was as Shadow)
  })
}

/** Whether an object keeps something besides its properties. */
function hasInside(value: object): boolean {
  return [Map, Set, Date, RegExp, Error, URL, WeakMap, WeakSet, Promise].some((kind) => value instanceof kind)
}
