import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { requirementIds } from './requirement-ids.ts'

test('every requirement of the compatibility kit has a test here, and no test is of another', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.test.ts'))
  const text = files.map((file) => readFileSync(join(import.meta.dirname, file), 'utf8')).join('\n')
  const named = [...text.matchAll(/test(?:\.each\(names\))?\(\s*'([A-Z_0-9 -]+): /g)].flatMap(
    ([, ids = '']) => ids.split(' '),
  )
  expect([...new Set(named)].toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
    requirementIds.toSorted((a, b) => (a < b ? -1 : 1)),
  )
})
