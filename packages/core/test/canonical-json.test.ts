import { expect, test } from 'vitest'

import { canonicalJson } from '../src/index.ts'

test('equal values give equal text, whatever the order of their keys', () => {
  const text = canonicalJson({ b: [1, { d: null, c: 'ü\n' }], a: -0, skipped: undefined })
  expect(text).toBe('{"a":0,"b":[1,{"c":"ü\\n","d":null}]}')
  expect(canonicalJson({ a: 0, b: [1, { c: 'ü\n', d: null }] })).toBe(text)
})

test('keys are sorted by UTF-16 code units', () => {
  expect(canonicalJson({ '\u{1F600}': 1, '\uFB33': 2, '\r': 3, '1': 4 })).toBe(
    '{"\\r":3,"1":4,"\u{1F600}":1,"\uFB33":2}',
  )
})

test.each([[Number.NaN], [Infinity], [1n], [Symbol('x')], [() => 1], [[undefined]]])(
  'what JSON cannot hold is refused: %s',
  (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  },
)
