import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { judgeCommand } from '../src/index.ts'
import { type RepositoryAt, repositoryAt } from './repository-at.ts'

let scratch: string
let root: string
let put: RepositoryAt['put']
let git: RepositoryAt['git']
let commit: RepositoryAt['commit']

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'keepup-shell-'))
  root = join(scratch, 'work')
  mkdirSync(root)
  ;({ put, git, commit } = repositoryAt(root, scratch))
})
afterEach(() => rmSync(scratch, { recursive: true, force: true }))

/** Commands of which another thing is decided. */
function others(decision: 'allow' | 'ask', commands: readonly string[]): readonly string[] {
  return commands.filter((command) => judgeCommand(command, 'read-only', { root }).decision !== decision)
}

test('asks where patches of the whole history would be printed', () => {
  git('init', '-q')
  commit('src/a.ts', 'src/b.ts')
  const all = [
    'git log -p',
    'git log -p --all',
    'git log -p -S KEY --all',
    'git log -p -n 1000',
    'git log -p .',
    "git log -p -- ':!src'",
    'git log -p --all HEAD~1..HEAD',
    'git whatchanged -p',
    'git reflog -p',
  ]
  expect(others('ask', all)).toEqual([])
  const some = [
    'git log -p -5',
    'git log -p -n 20',
    'git log -p HEAD~3..HEAD',
    'git log -p src/a.ts',
    'git log -p -- src',
    'git log --follow -p -- gone.ts',
    'git log -L 1,2:src/a.ts',
    'git log --stat --all',
    'git show HEAD',
  ]
  expect(others('allow', some)).toEqual([])
})

test('knows of a place that is asked again what git tracks by now', () => {
  git('init', '-q')
  commit('src/a.ts')
  const place = { root }
  const asked = (): string => judgeCommand('git diff', 'read-only', place).decision
  expect([asked(), asked()]).toEqual(['allow', 'allow'])
  put('conf/.npmrc')
  git('add', '-f', 'conf/.npmrc')
  expect([asked(), asked()]).toEqual(['ask', 'ask'])
  git('rm', '-qf', 'conf/.npmrc')
  expect(asked()).toBe('allow')
  writeFileSync(join(root, '.git/index'), 'damaged')
  expect(asked()).toBe('ask')
  rmSync(join(root, '.git/index'))
  expect(asked()).toBe('allow')
})
