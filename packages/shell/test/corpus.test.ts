import { describe, expect, test } from 'vitest'

import { judgeCommand, type ProfileName } from '../src/index.ts'
import { nowhere, sharedCorpus } from './shared-corpus.ts'

const corpus = sharedCorpus()
if (corpus === undefined)
  console.warn('the shared corpus is not here: its tests are skipped; KEEPUP_SHARED names its folder')

const profiles: readonly ProfileName[] = ['read-only', 'developer']

describe.skipIf(corpus === undefined)('the shared corpus', () => {
  test.each(profiles)('nothing hostile runs by itself under %s', (profile) => {
    const hostile = corpus?.mustNotRun ?? []
    const allowed = hostile.filter(
      ({ command }) => judgeCommand(command, profile, nowhere).decision === 'allow',
    )
    expect(hostile.length).toBeGreaterThan(200)
    expect(allowed).toEqual([])
  })

  test('what is harmless runs by itself under its profile', () => {
    const benign = corpus?.benign ?? []
    const asked = benign.filter(
      ({ command, profile }) => judgeCommand(command, profile, nowhere).decision === 'ask',
    )
    expect(benign.length).toBeGreaterThan(100)
    expect(asked).toEqual([])
  })
})
