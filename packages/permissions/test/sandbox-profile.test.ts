import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { type PermissionRule, sandboxProfileOf } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const options = { root: '/workspace', home: '/home/ada' }

function profile(rules: readonly (readonly [PermissionRule['decision'], string])[], more: object = {}) {
  const set = { source: 'rules', rules: rules.map(([decision, effect]) => ({ decision, effect })) }
  return sandboxProfileOf([set], { ...options, ...more })
}

test('without rules the workspace may be written, and nothing else is open', () => {
  expect(profile([])).toEqual({
    writable: ['/workspace'],
    unwritable: [],
    unreadable: [],
    hosts: [],
    withheld: [],
  })
})

test('denials close, allowances of writing and of hosts open', () => {
  const found = profile([
    ['deny', 'read:~/.ssh/**'],
    ['deny', 'write:migrations/**'],
    ['deny', 'delete:notes.txt'],
    ['deny', '*:/private'],
    ['allow', 'write:/tmp/**'],
    ['allow', 'read:/etc/**'],
    ['allow', 'net:*.a.test'],
    ['allow', 'net:b.test'],
    ['deny', 'net:b.test'],
    ['ask', 'write:src/**'],
  ])
  expect(found).toEqual({
    writable: ['/workspace', '/tmp'],
    unwritable: ['/workspace/migrations', '/private', '/workspace/notes.txt'],
    unreadable: ['/home/ada/.ssh', '/private'],
    hosts: ['*.a.test'],
    withheld: [],
  })
})

test('what a base closes stays closed, what it opens can be closed', () => {
  const base = {
    writable: ['/workspace'],
    unwritable: ['/workspace/.git/hooks'],
    unreadable: ['/s'],
    hosts: 'any',
    withheld: ['A_*'],
  }
  expect(profile([['deny', 'write:x']], { base })).toEqual({
    ...base,
    unwritable: ['/workspace/.git/hooks', '/workspace/x'],
  })
  expect(
    profile(
      [
        ['deny', 'net:a.test'],
        ['allow', 'net:b.test'],
      ],
      { base },
    ).hosts,
  ).toEqual(['b.test'])
  expect(
    profile(
      [
        ['deny', 'net:**'],
        ['allow', 'net:b.test'],
      ],
      { base },
    ).hosts,
  ).toEqual([])
  expect(profile([['allow', 'net:**']]).hosts).toBe('any')
  expect(
    profile([
      ['allow', 'net:*.b.test'],
      ['deny', 'net:x.b.test'],
    ]).hosts,
  ).toEqual([])
})

test('a pattern without a beginning closes what fits in the workspace now', () => {
  const root = temporaryFolder()
  mkdirSync(join(root, 'a/b'), { recursive: true })
  for (const name of ['a/.env', 'a/b/x.pem', 'a/b/x.txt']) writeFileSync(join(root, name), '')
  const { unreadable } = profile(
    [
      ['deny', 'read:**/.env'],
      ['deny', 'read:a/**/*.pem'],
    ],
    { root },
  )
  expect(unreadable).toEqual([join(root, 'a/.env'), join(root, 'a/b/x.pem')])
})

test('rules over one tool or over commands are none of the sandbox', () => {
  const rules: readonly PermissionRule[] = [
    { decision: 'deny', tool: 'write', effect: 'write:**' },
    { decision: 'deny', command: 'rm', prefix: true },
    { decision: 'allow', effect: 'write:docs/*.md' },
  ]
  expect(sandboxProfileOf([{ source: 'r', rules }], options).writable).toEqual(['/workspace'])
})

test('relative paths of a set begin at its folder', () => {
  const rules: readonly PermissionRule[] = [{ decision: 'deny', effect: 'read:private/**' }]
  const { unreadable } = sandboxProfileOf([{ source: 'r', rules, folder: '/workspace/part' }], options)
  expect(unreadable).toEqual(['/workspace/part/private'])
})
