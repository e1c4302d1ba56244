import { describe, expect, test } from 'vitest'

import { type Row, said, tools, whole } from './import-rows.ts'

describe('claude', () => {
  const deny = (...rules: readonly unknown[]) => ({ permissions: { deny: rules } })
  const allow = (...rules: readonly unknown[]) => ({ permissions: { allow: rules } })
  const rows: readonly Row[] = [
    { says: 'a tool', file: deny('WebSearch'), rules: tools('deny', 'web_search', 'websearch', 'WebSearch') },
    { says: 'every command', file: allow('Bash'), rules: [{ decision: 'allow', command: '*' }] },
    { says: 'every command, starred', file: allow('Bash(*)'), rules: [{ decision: 'allow', command: '*' }] },
    {
      says: 'a whole command',
      file: allow('Bash(npm run build)'),
      rules: [{ decision: 'allow', command: 'npm run build' }],
    },
    {
      says: 'the beginning of a command',
      file: { permissions: { ask: ['Bash(git push:*)', 'Bash(git push *)'] } },
      rules: Array.from({ length: 2 }, () => ({ decision: 'ask', command: 'git push', prefix: true })),
    },
    {
      says: 'a word that goes on',
      file: allow('Bash(npm run test*)'),
      rules: [{ decision: 'allow', command: 'npm run test*', prefix: true }],
    },
    {
      says: 'a star in the middle',
      file: { permissions: { allow: ['Bash(git * main)'], deny: ['Bash(git push * --force)'] } },
      rules: [],
      guards: [{ decision: 'ask', command: 'git push', prefix: true }],
      unmapped: ['deny Bash(git push * --force)', 'allow Bash(git * main)'],
    },
    {
      says: 'commands in a row',
      file: { permissions: { allow: ['Bash(a && b)'], deny: ['Bash(cd x && rm -rf y)'] } },
      rules: [],
      guards: [{ decision: 'ask', command: '*' }],
      unmapped: ['deny Bash(cd x && rm -rf y)', 'allow Bash(a && b)'],
    },
    {
      says: 'paths',
      file: deny(
        'Read(~/x/**)',
        'Read(//etc/passwd)',
        'Read(/src/a)',
        'Read(./b)',
        'Read(.env)',
        'Edit(docs/)',
      ),
      rules: [
        { decision: 'deny', effect: 'read:~/x/**' },
        { decision: 'deny', effect: 'read:/etc/passwd/**' },
        { decision: 'deny', effect: 'read:./src/a/**' },
        { decision: 'deny', effect: 'read:./b/**' },
        { decision: 'deny', effect: 'read:**/.env/**' },
        { decision: 'deny', effect: 'write:**/docs/**' },
        { decision: 'deny', effect: 'delete:**/docs/**' },
      ],
    },
    {
      says: 'paths that are allowed, within the workspace',
      file: allow('Read(*.md)', 'Edit(/src/**)'),
      rules: [
        { decision: 'allow', effect: 'read:./**/*.md' },
        { decision: 'allow', effect: 'write:./src/**' },
        { decision: 'allow', effect: 'delete:./src/**' },
      ],
    },
    {
      says: 'hosts',
      file: { permissions: { allow: ['WebFetch(domain:a.test)'], deny: ['WebFetch(domain:b.test)'] } },
      rules: [
        { decision: 'deny', effect: 'net:b.test' },
        { decision: 'deny', effect: 'net:*.b.test' },
        { decision: 'allow', effect: 'net:a.test' },
      ],
    },
    {
      says: 'servers',
      file: deny('mcp__srv__tool', 'mcp__srv', 'mcp__srv__*'),
      rules: tools('deny', 'mcp__srv__tool', 'mcp__srv', 'mcp__srv__*', 'mcp__srv__*'),
    },
    {
      says: 'what cannot be said',
      file: { permissions: { allow: ['Skill(a)'], ask: ['Agent(x)'], deny: ['Bash(', 5] } },
      rules: [],
      guards: tools('ask', '*', '*', 'delegate_to_agent', 'task', 'Agent'),
      unmapped: [
        'deny Bash(',
        'deny 5',
        ...Array.from({ length: 3 }, () => 'ask Agent(x)'),
        'allow Skill(a)',
      ],
    },
    {
      says: 'folders and modes',
      file: {
        permissions: { additionalDirectories: ['../other/'], defaultMode: 'acceptEdits', disableX: 1 },
      },
      rules: [{ decision: 'allow', effect: 'read:../other/**' }],
      unmapped: ['additionalDirectories: ../other/', 'defaultMode: "acceptEdits"', 'disableX: 1'],
    },
    {
      says: 'a list that is none',
      file: { permissions: { deny: 'Bash' } },
      rules: [],
      guards: tools('ask', '*'),
      unmapped: ['deny: "Bash"'],
    },
  ]
  test.each(rows)('$says', (row) => {
    expect(said('claude', row)).toEqual(whole(row))
  })
})
