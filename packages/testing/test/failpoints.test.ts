import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { failpoint, KeepupError } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { failpointNames, onFailpoint, parseStrike, watchFailpoints } from '../src/failpoints.ts'

const module = join(import.meta.dirname, '../src/failpoints.ts')
const program = `
  import { failpoint } from '@keepup/core'
  for (let round = 1; round <= 3; round++) {
    console.log('before ' + round)
    failpoint('effect-before')
    failpoint('effect-after')
  }
  console.log('alive')
`

function run(wanted: string | undefined) {
  const { KEEPUP_FAILPOINT: _, ...environment } = process.env
  return spawnSync(
    process.execPath,
    [
      '--conditions=@keepup/source',
      '--no-warnings',
      '--import',
      module,
      '--input-type=module',
      '--eval',
      program,
    ],
    {
      cwd: join(import.meta.dirname, '..'),
      encoding: 'utf8',
      env: wanted === undefined ? environment : { ...environment, KEEPUP_FAILPOINT: wanted },
    },
  )
}

describe('node --import @keepup/testing/failpoints', () => {
  test('kills its own process at the n-th hit', () => {
    const { signal, stdout } = run('effect-after:2')
    expect(signal).toBe('SIGKILL')
    expect(stdout).toBe('before 1\nbefore 2\n')
  })

  test('does nothing where the environment names none, or where the hit never comes', () => {
    for (const wanted of [undefined, '', 'effect-after:4', 'snapshot-before']) {
      const { status, stdout } = run(wanted)
      expect(status).toBe(0)
      expect(stdout).toContain('alive')
    }
  })

  test('refuses a name that is not known', () => {
    const { status, stderr, stdout } = run('effect-sometime:1')
    expect(status).toBe(1)
    expect(stderr).toContain('KEEPUP_FAILPOINT must be NAME:N with N from 1, not "effect-sometime:1"')
    expect(stdout).toBe('')
  })
})

describe('in the same process', () => {
  test('strikes once, synchronously, until it is stopped', () => {
    const struck: number[] = []
    const stop = onFailpoint({ name: 'snapshot-before', hit: 2 }, () => struck.push(1))
    for (let hit = 0; hit < 4; hit++) {
      failpoint('snapshot-after')
      failpoint('snapshot-before')
      expect(struck.length).toBe(hit >= 1 ? 1 : 0)
    }
    stop()
    failpoint('snapshot-before')
    expect(struck).toEqual([1])
  })

  test('watches every failpoint that is passed', () => {
    const seen: string[] = []
    const stop = watchFailpoints((name) => seen.push(name))
    for (const name of failpointNames) failpoint(name)
    stop()
    failpoint('effect-before')
    expect(seen).toEqual(failpointNames)
  })

  test.each([
    '',
    'effect-before:0',
    'effect-before:-1',
    'effect-before:1:2',
    'effect-before:x',
    'toString:1',
  ])('%j is no strike', (text) => {
    expect(() => parseStrike(text)).toThrow(KeepupError)
  })

  test('the first hit is meant where no number is given', () => {
    expect(parseStrike('model-mid-stream')).toEqual({ name: 'model-mid-stream', hit: 1 })
  })
})
