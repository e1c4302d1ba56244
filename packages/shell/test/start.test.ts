import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { judgeCommand, judgedEnvironment } from '../src/index.ts'

let scratch: string

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'keepup-shell-'))
})
afterEach(() => rmSync(scratch, { recursive: true, force: true }))

test('a shell that starts through a link does not go back by names', () => {
  const root = join(scratch, 'work')
  mkdirSync(join(root, 'a/b/c'), { recursive: true })
  symlinkSync('a/b/c', join(root, 'link'))
  writeFileSync(join(root, 'a/b/f'), 'x')
  const decide = (folder: string): string =>
    judgeCommand('cd .. && cat f', 'read-only', { root, folder: join(root, folder) }).decision
  expect(decide('a/b/c')).toBe('allow')
  expect(decide('link')).toBe('ask')
})

test('the environment of what was judged does not say by which names a shell came to its folder', () => {
  expect(Object.keys(judgedEnvironment({ PWD: '/a', OLDPWD: '/b', HOME: '/h' }))).not.toEqual(
    expect.arrayContaining(['PWD']),
  )
  expect(judgedEnvironment({ OLDPWD: '/b' })).not.toHaveProperty('OLDPWD')
})
