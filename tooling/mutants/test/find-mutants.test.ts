import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parseSync } from 'oxc-parser'
import { afterAll, describe, expect, test } from 'vitest'

import { findMutants } from '../find-mutants.ts'
import { plant } from '../mutant.ts'
import { sample } from '../sample.ts'

const root = mkdtempSync(join(tmpdir(), 'keepup-mutants-'))
const text = `import { log } from 'some-where'

export type Kind = 'not-a-fault' | 'nor-this'

export function first(list: readonly number[], strict = true): number | undefined {
  log('hello world')
  if (list.length > 0 && strict) return list[list.length - 1]
  throw new Error('list-is-empty')
}
`
mkdirSync(join(root, 'packages/sample/src'), { recursive: true })
writeFileSync(join(root, 'packages/sample/src/first.ts'), text)
afterAll(() => rmSync(root, { recursive: true }))

describe('findMutants', () => {
  const mutants = findMutants(root, 'sample')

  test('finds every kind of fault, and none in a type or an import', () => {
    expect(mutants.map(({ operator, original, replacement }) => [operator, original, replacement])).toEqual([
      ['remove-call', "log('hello world')", ';'],
      ['negate-condition', 'list.length > 0 && strict', '!(list.length > 0 && strict)'],
      ['swap-and-or', 'list.length > 0 && strict', '(list.length > 0 || strict)'],
      ['flip-comparison', 'list.length > 0', '(list.length >= 0)'],
      ['off-by-one', '0', '1'],
      ['replace-return', 'list[list.length - 1]', 'undefined'],
      ['off-by-one', '1', '2'],
      ['change-code', "'list-is-empty'", "'x-list-is-empty'"],
    ])
  })

  test('plants each as a program that still parses and differs', () => {
    for (const mutant of mutants) {
      const planted = plant(text, mutant)
      expect(planted).not.toBe(text)
      expect(parseSync('first.ts', planted).errors).toEqual([])
    }
  })

  test('gives each an id of its own', () => {
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length)
  })
})

describe('sample', () => {
  const items = Array.from({ length: 50 }, (_, index) => ({ id: `item-${index}` }))

  test('is the same for the same seed, whatever the order', () => {
    expect(sample(items.toReversed(), 10, 'seed')).toEqual(sample(items, 10, 'seed'))
  })

  test('is another for another seed', () => {
    expect(sample(items, 10, 'other')).not.toEqual(sample(items, 10, 'seed'))
  })
})
