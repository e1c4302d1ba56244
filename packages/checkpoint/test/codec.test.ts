import { isDeepStrictEqual } from 'node:util'
import { runInNewContext } from 'node:vm'

import { KeepupError } from '@keepup/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { decodeValue, encodeValue } from '../src/index.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')
const bytesOf = (json: string): Uint8Array => new TextEncoder().encode(json)

const key = fc.oneof(
  fc.string(),
  fc.constantFrom('$', '$$', '$date', '$$date', '$map', '__proto__', 'constructor', 'toJSON', '0', '1', ''),
)

/** Every value that the codec promises to give back. */
const storable = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(null, true, false, undefined, Number.NaN, Infinity, -Infinity, -0, 0),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.string({ unit: 'binary' }),
    fc.string().map((suffix) => `$${suffix}`),
    // Any UTF-16 text, lone surrogates included.
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
  ),
})).value

describe('what the codec takes', () => {
  test('comes back equal, down to the sign of zero', () => {
    fc.assert(
      fc.property(storable, (value) => {
        const back = decodeValue(encodeValue(value))
        // It compares leaves by Object.is, and prototypes.
        expect(isDeepStrictEqual(back, value)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('encodes again to the same bytes', () => {
    fc.assert(
      fc.property(storable, (value) => {
        const bytes = encodeValue(value)
        expect(text(encodeValue(decodeValue(bytes)))).toBe(text(bytes))
      }),
    )
  })

  test('is plain JSON text where JSON can hold it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('"$') && !hasNegativeZero(value))
        expect(text(encodeValue(value))).toBe(JSON.stringify(value))
      }),
    )
  })

  test('has the documented forms', () => {
    const value = {
      at: new Date(5),
      never: new Date(Number.NaN),
      big: -12n,
      bytes: new Uint8Array([1, 255]),
      map: new Map([['a', undefined]]),
      set: new Set([Number.NaN]),
      zero: -0,
      $own: 1,
    }
    expect(JSON.parse(text(encodeValue(value)))).toEqual({
      at: { $date: 5 },
      never: { $date: null },
      big: { $bigint: '-12' },
      bytes: { $bytes: 'Af8=' },
      map: { $map: [['a', { $undefined: true }]] },
      set: { $set: [{ $number: 'NaN' }] },
      zero: { $number: '-0' },
      $$own: 1,
    })
  })

  test('gives a Buffer back as bytes, and a view without what surrounds it', () => {
    const back = decodeValue(encodeValue([Buffer.from('abc'), new Uint8Array([9, 1, 2, 9]).subarray(1, 3)]))
    expect(back).toStrictEqual([new Uint8Array([97, 98, 99]), new Uint8Array([1, 2])])
  })

  test('keeps a key named __proto__ a key', () => {
    const value: unknown = JSON.parse('{"__proto__":{"polluted":true},"$x":1}')
    const back = decodeValue(encodeValue(value))
    expect(isDeepStrictEqual(back, value)).toBe(true)
    expect(Object.hasOwn(Object(back), '__proto__')).toBe(true)
    expect('polluted' in Object(back)).toBe(false)
  })

  test('nests a thousand deep, and no deeper', () => {
    const nest = (levels: number, core: unknown = 'core'): unknown => {
      let value = core
      for (let level = 0; level <= levels; level += 1) value = [value]
      return value
    }
    for (const core of ['core', 1n]) {
      expect(text(encodeValue(nest(1_000, core)))).toContain(']]')
      expect(() => encodeValue(nest(1_001, core))).toThrow(/nested deeper than 1000/)
    }
    expect(() => encodeValue(nest(50_000))).toThrow(/nested deeper than 1000/)
  })

  test('may meet an object twice, as long as it is not inside itself', () => {
    const shared = { a: 1n }
    expect(decodeValue(encodeValue([shared, shared]))).toStrictEqual([{ a: 1n }, { a: 1n }])
  })
})

class Point {
  x = 1
}

const cycle: Record<string, unknown> = {}
cycle['inner'] = { back: cycle }

const dated = Object.assign(new Date(0), { note: 'x' })
const refused: readonly (readonly [string, unknown, string])[] = [
  ['a function', { a: { 'b/c~d': [1, () => 1] } }, '/a/b~1c~0d/1'],
  ['a symbol', [Symbol('s')], '/0'],
  ['an instance', { p: new Point() }, '/p'],
  ['an error', new Error('no'), ''],
  ['a Float64Array', new Float64Array(1), ''],
  ['an ArrayBuffer', new ArrayBuffer(1), ''],
  ['a boxed string', Object('text'), ''],
  ['a regular expression', /x/, ''],
  ['a promise', [Promise.resolve()], '/0'],
  ['an object without a prototype', Object.create(null), ''],
  ['an object of another realm', runInNewContext('({ a: 1 })'), ''],
  ['an array of another realm', runInNewContext('[1]'), ''],
  ['an accessor', Object.defineProperty({}, 'a', { get: () => 1, enumerable: true }), '/a'],
  ['a hidden property', { o: Object.defineProperty({}, 'a', { value: 1 }) }, '/o/a'],
  ['a symbol key', { [Symbol('s')]: 1 }, ''],
  // oxlint-disable-next-line no-sparse-arrays -- what is tested
  ['a sparse array', [1, , 3], '/1'],
  ['an array with extra properties', Object.assign([1], { more: 1 }), ''],
  // oxlint-disable-next-line no-sparse-arrays -- as many keys as a whole array has
  ['a hole beside an extra property', Object.assign([, 1], { more: 1 }), '/0'],
  ['an array with an accessor', Object.defineProperty([0], 0, { get: () => 1, enumerable: true }), '/0'],
  ['an array of a subclass', new (class Items extends Array {})(), ''],
  ['a map of a subclass', new (class Index extends Map {})(), ''],
  ['a date with extra properties', dated, ''],
  ['something that pretends to be a date', Object.create(Date.prototype), ''],
  ['a cycle', cycle, '/inner/back'],
  ['a cycle through a map', mapCycle(), '/0/1'],
  ['a function in a set', new Set([() => 1]), '/0'],
  ['a toJSON method', { toJSON: () => 'forged' }, '/toJSON'],
]

describe('what the codec refuses', () => {
  test('is told by what it is', () => {
    expect(() => encodeValue(runInNewContext('({ a: 1 })'))).toThrow(/another realm/)
    expect(() => encodeValue(new Point())).toThrow(/instance of Point/)
    expect(() => encodeValue(Object.create(null))).toThrow(/without a prototype/)
    expect(() => encodeValue(Object.create({}))).toThrow(/another realm|prototype of its own/)
  })

  test.each(refused)('%s, naming the place', (_, value, pointer) => {
    const error = caught(() => encodeValue(value))
    expect(KeepupError.is(error, 'value-not-storable')).toBe(true)
    expect(error).toMatchObject({ details: { pointer } })
    if (pointer !== '') expect(String(error)).toContain(pointer)
  })

  test('an accessor without calling it', () => {
    let calls = 0
    const value = {
      get trap() {
        calls += 1
        return 1
      },
    }
    expect(() => encodeValue(value)).toThrow(/accessor/)
    expect(calls).toBe(0)
  })

  test('bytes that it did not write', () => {
    const damagedTexts = [
      '',
      '{',
      '{"$what":1}',
      '{"$date":"x"}',
      '{"$bigint":"1.5"}',
      '{"$bigint":7}',
      '{"$number":"5"}',
      '{"$map":[["a"]]}',
      '{"$map":[["a",1,2]]}',
      '{"$set":{}}',
      '{"a":1,"$date":5}',
    ]
    for (const damaged of damagedTexts) {
      expect(
        KeepupError.is(
          caught(() => decodeValue(bytesOf(damaged))),
          'thread-damaged',
        ),
      ).toBe(true)
    }
  })
})

function mapCycle(): Map<string, unknown> {
  const map = new Map<string, unknown>()
  return map.set('self', map)
}

function hasNegativeZero(value: unknown): boolean {
  if (Object.is(value, -0)) return true
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNegativeZero)
}

function caught(body: () => unknown): unknown {
  try {
    return body()
  } catch (error) {
    return error
  }
}
