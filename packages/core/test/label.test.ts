import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  covers,
  integrities,
  joinLabels,
  joinTable,
  type Label,
  labelAt,
  lostLabel,
  trustedLabel,
} from '../src/index.ts'

const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')).map((list) => list.toSorted())
const label: fc.Arbitrary<Label> = fc.record({
  integrity: fc.constantFrom(...integrities),
  sources: names,
  readers: fc.oneof(fc.constant('anyone' as const), names),
  confidential: fc.boolean(),
})

describe('the lattice of labels', () => {
  test('joining is commutative, associative and idempotent', () => {
    fc.assert(
      fc.property(label, label, label, (a, b, c) => {
        expect(joinLabels(a, b)).toEqual(joinLabels(b, a))
        expect(joinLabels(joinLabels(a, b), c)).toEqual(joinLabels(a, joinLabels(b, c)))
        expect(joinLabels(a, a)).toBe(a)
      }),
    )
  })

  test('a join covers both and nothing less does', () => {
    fc.assert(
      fc.property(label, label, label, (a, b, c) => {
        const joined = joinLabels(a, b)
        expect(covers(joined, a) && covers(joined, b)).toBe(true)
        if (covers(c, a) && covers(c, b)) expect(covers(c, joined)).toBe(true)
      }),
    )
  })

  test('joining never raises trust, widens readers or forgets a source', () => {
    fc.assert(
      fc.property(label, label, (a, b) => {
        const joined = joinLabels(a, b)
        expect(integrities.indexOf(joined.integrity)).toBeGreaterThanOrEqual(integrities.indexOf(a.integrity))
        expect(joined.sources).toEqual(expect.arrayContaining([...a.sources, ...b.sources]))
        expect(joined.confidential).toBe(a.confidential || b.confidential)
        if (a.readers !== 'anyone') expect(joined.readers).not.toBe('anyone')
      }),
    )
  })

  test('what the user said restricts nothing, and a lost label restricts everything', () => {
    fc.assert(
      fc.property(label, (a) => {
        expect(covers(a, trustedLabel)).toBe(true)
        expect(joinLabels(lostLabel, a)).toMatchObject({
          integrity: 'free-text',
          readers: [],
          confidential: true,
        })
      }),
    )
  })
})

describe('a label table', () => {
  const low: Label = { ...trustedLabel, integrity: 'free-text', sources: ['web'] }
  const table = {
    default: trustedLabel,
    leaves: [
      ['/a', low],
      ['/a/b', trustedLabel],
    ],
  } as const

  test('gives each leaf the label of the longest pointer that holds it', () => {
    expect(labelAt(table, '/a')).toBe(low)
    expect(labelAt(table, '/a/x')).toBe(low)
    expect(labelAt(table, '/a/b/0')).toBe(trustedLabel)
    expect(labelAt(table, '')).toBe(trustedLabel)
  })

  test('does not take a name for a prefix of another', () => {
    expect(labelAt(table, '/ab')).toBe(trustedLabel)
  })

  test('joins to what a reader of the whole was shown', () => {
    expect(joinTable(table)).toEqual(low)
  })
})
