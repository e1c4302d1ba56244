import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, expect, test, vi } from 'vitest'

import { judgeCommand } from '../src/index.ts'

afterEach(() => void vi.useRealTimers())

/** Judges a recursive search again and again in one place, whose folders have not changed for a while. */
function judging() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'keepup-shell-')))
  mkdirSync(join(root, 'deep/deeper'), { recursive: true })
  writeFileSync(join(root, 'deep/deeper/a.txt'), '')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
  const place = { root }
  return {
    root,
    decide: () => judgeCommand('grep -r word .', 'read-only', place).decision,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}

test('a secret that comes into a folder that was looked at is seen', () => {
  using place = judging()
  expect([place.decide(), place.decide()]).toEqual(['allow', 'allow'])
  writeFileSync(join(place.root, 'deep/deeper/.env'), '')
  expect(place.decide()).toBe('ask')
  rmSync(join(place.root, 'deep/deeper/.env'))
  expect(place.decide()).toBe('allow')
})

test('a file that takes the name of a secret is seen, and a folder that takes the place of another', () => {
  using place = judging()
  expect(place.decide()).toBe('allow')
  renameSync(join(place.root, 'deep/deeper/a.txt'), join(place.root, 'deep/deeper/id_rsa'))
  expect(place.decide()).toBe('ask')
  mkdirSync(join(place.root, 'other'))
  renameSync(join(place.root, 'deep'), join(place.root, 'old-deep'))
  renameSync(join(place.root, 'other'), join(place.root, 'deep'))
  expect(place.decide()).toBe('ask')
  rmSync(join(place.root, 'old-deep'), { recursive: true })
  expect(place.decide()).toBe('allow')
})

test('a folder that changed a moment ago is listed again each time', () => {
  using place = judging()
  vi.useRealTimers()
  for (let round = 0; round < 50; round++) {
    const path = join(place.root, 'deep/deeper', `${round}.pem`)
    expect(place.decide()).toBe('allow')
    writeFileSync(path, '')
    expect(place.decide()).toBe('ask')
    rmSync(path)
  }
})
