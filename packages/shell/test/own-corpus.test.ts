import { expect, test } from 'vitest'

import { judgeCommand } from '../src/index.ts'
import { readCorpus } from './read-corpus.ts'
import { nowhere } from './shared-corpus.ts'

test.each(['read-only', 'developer'] as const)('nothing hostile runs by itself under %s', (profile) => {
  const hostile = readCorpus('hostile')
  expect(hostile.length).toBeGreaterThan(1000)
  expect(hostile.filter((command) => judgeCommand(command, profile, nowhere).decision === 'allow')).toEqual(
    [],
  )
})

test.each(['read-only', 'developer'] as const)('what is harmless runs by itself under %s', (profile) => {
  const harmless = readCorpus(profile)
  expect(harmless.length).toBeGreaterThan(150)
  const asked = harmless.flatMap((command) => {
    const { decision, reasons } = judgeCommand(command, profile, nowhere)
    return decision === 'ask' ? [{ command, reasons }] : []
  })
  expect(asked).toEqual([])
})

test('every ask says why', () => {
  const silent = readCorpus('hostile').filter(
    (command) => judgeCommand(command, 'read-only', nowhere).reasons.length === 0,
  )
  expect(silent).toEqual([])
})
