import { symlinkSync } from 'node:fs'
import { join } from 'node:path'

import { type Effect, type GuardedCall, trustedLabel } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import {
  agentRole,
  mayDelegate,
  narrowLimits,
  narrowMode,
  type RoleDefinition,
  rolePolicy,
  type RoleRule,
  roleToolPolicy,
} from '../src/index.ts'
import { load, project } from './project.ts'

const source = { format: 'keepup', path: 'a', line: 1, hash: '', scope: 'user' } as const

function role(parts: Partial<RoleDefinition>): RoleDefinition {
  return { name: 'r', description: '', system: '', source, ...parts }
}

function call(name: string, effects: readonly Effect[], command?: string): GuardedCall {
  return {
    tool: { name, pin: '' },
    call: { thread: 't', id: 'i', key: 'k', name, input: {} },
    mode: 'yolo',
    repeat: 'once',
    effects,
    exposure: trustedLabel,
    arguments:
      command === undefined ? [] : [{ pointer: '/command', value: command, sink: 'command', origins: [] }],
  }
}

const shell = (command: string): GuardedCall => call('shell', [{ kind: 'exec', target: '*' }], command)
const decide = (rules: readonly RoleRule[], asked: GuardedCall, root = '/nowhere'): string =>
  rolePolicy(role({ rules }), { root })(asked).type

describe('commands', () => {
  const git: readonly RoleRule[] = [
    { decision: 'deny', tool: 'shell' },
    { decision: 'allow', tool: 'shell', command: 'git diff *' },
    { decision: 'ask', tool: 'shell', command: 'git push *' },
  ]
  test.each([
    ['git diff', 'allow'],
    ['git diff HEAD~1', 'allow'],
    ['git push', 'ask'],
    ['git status', 'deny'],
    ['git diff; touch x', 'deny'],
    ['git diff && git push', 'ask'],
    ['git diff $(touch x)', 'deny'],
    ['git diff | sh', 'deny'],
    ['sh -c "git status"', 'deny'],
    ['git diff <(touch x)', 'deny'],
    ['GIT diff', 'deny'],
    ['git $X', 'deny'],
    ['$X diff', 'deny'],
    ['git diff $X', 'ask'],
    ["git diff 'unclosed", 'ask'],
    ['', 'deny'],
  ])('only some: %s: %s', (command, decision) => expect(decide(git, shell(command))).toBe(decision))

  const noRm: readonly RoleRule[] = [{ decision: 'deny', tool: 'shell', command: 'rm *' }]
  test.each([
    ['ls', 'allow'],
    ['rm', 'deny'],
    ['rm -rf x', 'deny'],
    ['/bin/rm x', 'deny'],
    ['RM x', 'deny'],
    ['cd a && rm x', 'deny'],
    ['env A=1 timeout 5 rm x', 'deny'],
    ['$X x', 'deny'],
    ['rmdir x', 'allow'],
  ])('all but some: %s: %s', (command, decision) => expect(decide(noRm, shell(command))).toBe(decision))
})

describe('paths', () => {
  const docs: readonly RoleRule[] = [
    { decision: 'deny', tool: 'edit' },
    { decision: 'allow', tool: 'edit', path: 'docs/*' },
  ]
  const edit = (...targets: readonly string[]): GuardedCall =>
    call(
      'edit',
      targets.flatMap((target): readonly Effect[] => [
        { kind: 'read', target },
        { kind: 'write', target },
      ]),
    )

  test('a rule holds for where a path leads, not for how it is spelled', () => {
    const root = project({ 'docs/a.md': '', 'src/b.md': '' })
    symlinkSync('../src/b.md', join(root, 'docs/link.md'))
    symlinkSync('docs', join(root, 'papers'))
    const judged = (...paths: readonly string[]) =>
      decide(docs, edit(...paths.map((path) => join(root, path))), root)
    expect(judged('docs/a.md')).toBe('allow')
    expect(judged('docs/new/deep.md')).toBe('allow')
    expect(judged('papers/a.md')).toBe('allow')
    expect(judged('src/b.md')).toBe('deny')
    expect(judged('docs/link.md')).toBe('deny')
    expect(judged('docs/../src/b.md')).toBe('deny')
    expect(judged('docs/a.md', 'src/b.md')).toBe('deny')
    expect(decide(docs, edit('*'), root)).toBe('deny')
    expect(decide(docs, edit('/etc/passwd'), root)).toBe('deny')
    expect(decide(docs, call('edit', []), root)).toBe('deny')
  })

  test('what refuses does not mind case', () => {
    const secret: readonly RoleRule[] = [{ decision: 'deny', tool: '*', path: 'secret/*' }]
    const root = project({ 'a.txt': '' })
    expect(decide(secret, edit(join(root, 'SECRET/x')), root)).toBe('deny')
    expect(decide(secret, edit(join(root, 'a.txt')), root)).toBe('allow')
  })

  test('the regular expression of a mode of Roo is matched in linear time', () => {
    const modes = (fileRegex: string) =>
      load({
        '.roomodes': JSON.stringify({
          customModes: [{ slug: 'a', name: 'A', roleDefinition: 'R', groups: [['edit', { fileRegex }]] }],
        }),
      })
    const root = project({ 'a.md': '' })
    const held = rolePolicy(modes('\\.md$').roles[0] ?? role({}), { root })
    expect(held(edit(join(root, 'a.md'))).type).toBe('allow')
    expect(held(edit(join(root, 'a.ts'))).type).toBe('deny')
    const slow = rolePolicy(modes('^(a+)+$').roles[0] ?? role({}), { root })
    expect(slow(edit(join(root, `${'a'.repeat(200)}!`))).type).toBe('deny')
  })
})

describe('tools', () => {
  test('a role has those that are allowed, less those that are withheld or wholly denied', () => {
    const has = roleToolPolicy(
      role({
        tools: ['read', 'mcp__*', 'shell', 'edit', 'delegate_to_agent'],
        withheldTools: ['mcp__evil__*'],
        rules: [
          { decision: 'deny', tool: 'shell' },
          { decision: 'deny', tool: 'edit' },
          { decision: 'allow', tool: 'edit', path: 'x' },
        ],
        delegates: { to: [] },
      }),
    )
    const names = ['read', 'write', 'mcp__good__x', 'mcp__evil__x', 'shell', 'edit', 'delegate_to_agent']
    expect(names.filter((name) => has(name))).toEqual(['read', 'mcp__good__x', 'edit'])
    expect(roleToolPolicy(role({}))('anything')).toBe(true)
    expect(roleToolPolicy(role({ tools: [] }))('read')).toBe(false)
  })

  test('the last name that fits says whom it may hand work to', () => {
    const to = role({ delegates: { to: ['*', '!secret-*', 'secret-keeper'] } })
    expect(['a', 'secret-a', 'secret-keeper'].map((name) => mayDelegate(to, name))).toEqual([
      true,
      false,
      true,
    ])
    expect(mayDelegate(role({ delegates: { to: [] } }), 'a')).toBe(false)
    const shown = role({ delegates: { to: ['Code Reviewer', 'Team *', '!Team Red'] } })
    const asked = ['code-reviewer', 'Code Reviewer', 'team-blue', 'team-red', 'other']
    expect(asked.filter((name) => mayDelegate(shown, name))).toEqual([
      'code-reviewer',
      'Code Reviewer',
      'team-blue',
    ])
  })

  test('rules that cannot be read out of a tool mean all of it', () => {
    const rules: readonly RoleRule[] = [{ decision: 'ask', tool: 'web_fetch', path: 'x' }]
    expect(decide(rules, call('web_fetch', [{ kind: 'net', target: 'example.com' }]))).toBe('ask')
    expect(rolePolicy(role({ tools: ['read'] }), { root: '/' })(call('write', []))).toMatchObject({
      type: 'deny',
      reason: expect.stringContaining('the role r has no tool write'),
    })
  })
})

test('a role narrows a run and never widens it', () => {
  expect(narrowMode('yolo', { mode: 'plan' })).toBe('plan')
  expect(narrowMode('plan', { mode: 'yolo' })).toBe('plan')
  expect(narrowMode('ask', {})).toBe('ask')
  expect(narrowLimits({ turns: 5, money: 10 }, { limits: { turns: 9, time: 7, money: 3 } })).toEqual({
    turns: 5,
    time: 7,
    money: 3,
  })
  expect(narrowLimits({}, {})).toEqual({})
})

test('as one that agents may start, a role has no tool whose rules nobody would hold it to', () => {
  const rules: readonly RoleRule[] = [
    { decision: 'deny', tool: 'edit' },
    { decision: 'allow', tool: 'edit', path: 'docs/*' },
    { decision: 'deny', tool: 'write' },
  ]
  const plain = agentRole(
    role({
      name: 'Docs Writer!',
      tools: ['read', 'edit', 'write'],
      rules,
      mode: 'auto',
      limits: { turns: 3 },
    }),
  )
  expect(plain).toMatchObject({ name: 'docs-writer', mode: 'auto', limits: { turns: 3 }, writes: false })
  expect(['read', 'edit', 'write', 'shell'].filter((name) => plain.tools?.(name))).toEqual(['read'])
  const held = agentRole(role({ rules }), { rulesHeld: true })
  expect(['edit', 'write', 'shell'].filter((name) => held.tools?.(name))).toEqual(['edit', 'shell'])
  expect(held.writes).toBe(true)
})
