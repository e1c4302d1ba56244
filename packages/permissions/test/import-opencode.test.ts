import { describe, expect, test } from 'vitest'

import { explainerOf, imported, type Row, said, tools, whole } from './import-rows.ts'

describe('opencode', () => {
  // Its defaults come first.
  const defaults = imported('opencode', {}).rules.length
  const rows: readonly Row[] = [
    { says: 'nothing', file: {}, rules: [] },
    { says: 'one word', file: { permission: 'ask' }, rules: tools('ask', '*') },
    {
      says: 'tools by name and pattern',
      file: { permission: { webfetch: 'deny', 'my_*': 'ask' } },
      rules: [...tools('deny', 'web_fetch', 'webfetch', 'fetch'), ...tools('ask', 'my_*')],
    },
    {
      says: 'commands',
      file: {
        permission: { bash: { '*': 'ask', 'git *': 'allow', 'rm *': 'deny', 'git commit -m x': 'allow' } },
      },
      rules: [
        { decision: 'ask', command: '*' },
        { decision: 'allow', command: 'git', prefix: true },
        { decision: 'deny', command: 'rm', prefix: true },
        { decision: 'allow', command: 'git commit -m x' },
      ],
    },
    {
      says: 'paths, in which a star goes on over slashes',
      file: { permission: { edit: { 'src/*': 'allow', '~/a*b': 'deny' } } },
      rules: [
        { decision: 'allow', effect: 'write:src/**' },
        { decision: 'allow', effect: 'delete:src/**' },
        { decision: 'deny', effect: 'write:~/a*b' },
        { decision: 'deny', effect: 'write:~/a*/**/*b' },
        { decision: 'deny', effect: 'delete:~/a*b' },
        { decision: 'deny', effect: 'delete:~/a*/**/*b' },
      ],
    },
    {
      says: 'folders outside',
      file: { permission: { external_directory: { '/tmp/*': 'allow' } } },
      rules: ['read', 'write', 'delete'].map((kind) => ({ decision: 'allow', effect: `${kind}:/tmp/**` })),
    },
    {
      says: 'patterns of tools that have none here',
      file: { permission: { grep: { 'a*': 'deny', 'b*': 'allow' } } },
      rules: [],
      guards: tools('ask', 'grep'),
      unmapped: ['permission.grep "a*": "deny"', 'permission.grep "b*": "allow"'],
    },
    {
      says: 'what cannot be read',
      file: { permission: { bash: 5, edit: { x: 'no' } } },
      rules: [],
      guards: [{ decision: 'ask', command: '*' }, ...tools('ask', 'edit')],
      unmapped: ['permission.bash: 5', 'permission.edit "x": "no"'],
    },
    {
      says: 'agents and tools that are off',
      file: {
        tools: { bash: false, write: true },
        agent: { plan: { permission: { edit: 'deny', bash: 'allow' } } },
      },
      rules: [{ decision: 'deny', command: '*' }, ...tools('deny', 'bash')],
      guards: tools('ask', 'edit', 'write'),
      unmapped: ['agent.plan'],
    },
    {
      says: 'loops',
      file: { permission: { doom_loop: 'deny' } },
      rules: [],
      unmapped: ['permission.doom_loop "*": "deny"'],
    },
  ]
  test.each(rows)('$says', (row) => {
    expect(said('opencode', row, defaults)).toEqual(whole(row))
  })

  test('counts the last rule that fits, as there', () => {
    const explain = explainerOf('opencode', { permission: { bash: { 'rm *': 'deny', '*': 'allow' } } })
    expect(explain('rm x').decision).toBe('allow')
    const otherwise = explainerOf('opencode', {
      permission: { bash: { '*': 'deny', 'git status': 'allow' } },
    })
    expect(otherwise('git status').decision).toBe('allow')
    expect(otherwise('git status && ls').decision).toBe('deny')
  })

  test('keeps its defaults: secrets and other folders ask, everything else runs', () => {
    const explain = explainerOf('opencode', {})
    expect(explain('cat src/a.ts').decision).toBe('allow')
    expect(explain('cat .env').decision).toBe('ask')
    expect(explain('cat .env.example').decision).toBe('allow')
    expect(explain('cat /etc/passwd').decision).toBe('ask')
    expect(explain('touch ../x').decision).toBe('ask')
  })
})
