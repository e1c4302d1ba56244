/** A value that a careless codec would change, and whether the codec must keep it, must refuse it, or may choose. */
export interface ValueCase {
  readonly name: string
  readonly expect: 'kept' | 'refused' | 'either'
  make(): unknown
  /** What is accepted as the same, where it is not the value itself. */
  readonly same?: () => unknown
}

const kept = (name: string, make: () => unknown): ValueCase => ({ name, expect: 'kept', make })
const refused = (name: string, make: () => unknown): ValueCase => ({ name, expect: 'refused', make })
const either = (name: string, make: () => unknown): ValueCase => ({ name, expect: 'either', make })

class Point {
  readonly x = 1
}

/** Values that must come back exactly. */
const storable: readonly ValueCase[] = [
  kept('null', () => null),
  kept('plain JSON', () => ({ a: [1, 'two', { three: [true, null] }], b: -1.5e-7, '': '' })),
  kept('whole numbers at the edge', () => [2 ** 53 - 1, -(2 ** 53) + 1, Number.MAX_VALUE, Number.MIN_VALUE]),
  kept('-0', () => [-0, { zero: -0 }]),
  kept('-0 alone', () => -0),
  kept('NaN', () => ({ n: Number.NaN })),
  kept('Infinity', () => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
  kept('BigInt', () => ({ big: 2n ** 200n, negative: -5n })),
  kept('Date', () => ({ at: new Date(1_700_000_000_123), before: new Date(-1) })),
  kept('Uint8Array', () => ({ bytes: new Uint8Array([0, 1, 127, 128, 255]), none: new Uint8Array(0) })),
  kept(
    'Map',
    () =>
      new Map<unknown, unknown>([
        ['b', 1],
        ['a', new Map([[2, new Date(0)]])],
        [{ k: 1 }, undefined],
      ]),
  ),
  kept('Set', () => ({ set: new Set<unknown>(['b', 'a', 3n, new Set([Number.NaN])]) })),
  kept('undefined in an object', () => ({ a: undefined, b: { c: undefined, d: 1 } })),
  kept('NUL in a string', () => ({ 'key\u0000': 'a\u0000b' })),
  kept('strings that end lines and files', () => 'a\r\n\u2028\u2029\u001a\ufeff\u007f\\"\u{1f30d}'),
  kept('keys that look like tags', () => ({
    $: 1,
    $date: 5,
    $bigint: '1',
    $$: { $map: [] },
    '@': 1,
    '~1': 2,
  })),
  kept('one key that looks like a tag', () => [
    { $date: '2020' },
    { $set: [1] },
    { $undefined: true },
    { $$x: 1 },
  ]),
  kept('keys in their order', () => ({ b: 1, a: 2, aa: 3, B: 4 })),
  kept('a long string', () => 'ä'.repeat(300_000)),
]

/** Values that no text can hold: never half of them. */
const unstorable: readonly ValueCase[] = [
  refused('a function', () => ({ run: () => 1 })),
  refused('a symbol', () => ({ kind: Symbol('kind') })),
  refused('a class instance', () => ({ point: new Point() })),
  refused('a sparse array', () => ({
    list: Object.assign(Array.from({ length: 3 }, () => 1).slice(0, 1), { 2: 3 }),
  })),
  refused('a cycle', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = { loop }
    return loop
  }),
  refused('an accessor property', () =>
    Object.defineProperty({}, 'now', { enumerable: true, get: () => Math.random() }),
  ),
]

/** Values that a backend may keep or refuse, but never change. */
const doubtful: readonly ValueCase[] = [
  either('undefined', () => undefined),
  either('undefined in an array', () => [undefined, 1]),
  either('a lone surrogate', () => ['\ud800', 'a\udc00b', { '\ud800': 1 }]),
  { ...either('Buffer', () => Buffer.from([0, 128, 255])), same: () => new Uint8Array([0, 128, 255]) },
  either('a view into a larger buffer', () => new Uint8Array([1, 2, 3, 4]).subarray(1, 3)),
  either('URL', () => new URL('https://example.org/a?b#c')),
  either('Float32Array', () => new Float32Array([1.5, 2.5])),
  either('ArrayBuffer', () => new Uint8Array([1, 2]).buffer),
  either('Error', () => new TypeError('wrong')),
  either('RegExp', () => /a/g),
  either('an invalid Date', () => ({ at: new Date(Number.NaN) })),
  either('an object without a prototype', () => Object.assign(Object.create(null), { a: 1 })),
  either('a key named __proto__', () => JSON.parse('{"__proto__": {"polluted": true}, "a": 1}')),
  either('an object with toJSON', () => ({ a: 1, toJSON: () => 'another' })),
  either('a symbol as a key', () => ({ a: 1, [Symbol.for('hidden')]: 2 })),
  either('an array with a name', () => Object.assign([1, 2], { named: true })),
  either('a subclass of Map', () => new (class Registry extends Map<string, number> {})([['a', 1]])),
  either('a boxed string', () => Object('text')),
  either('a hidden property', () => Object.defineProperty({ a: 1 }, 'b', { value: 2, enumerable: false })),
  either('deep nesting', () => nested(2000)),
  either('very deep nesting', () => nested(200_000)),
]

function nested(depth: number): unknown {
  let value: unknown = 'deep'
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { value }
  return value
}

/** Every value of the suite. */
export const valueTable: readonly ValueCase[] = [...storable, ...unstorable, ...doubtful]
