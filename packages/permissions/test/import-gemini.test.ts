import { describe, expect, test } from 'vitest'

import { imported, type Row, said, tools, whole } from './import-rows.ts'

describe('gemini', () => {
  const rule = (...lines: readonly string[]): string => ['[[rule]]', ...lines, ''].join('\n')
  const rows: readonly Row[] = [
    {
      says: 'a tool',
      file: rule('toolName = "write_file"', 'decision = "deny"'),
      rules: tools('deny', 'write', 'write_file'),
    },
    { says: 'everything', file: rule('toolName = "*"', 'decision = "ask_user"'), rules: tools('ask', '*') },
    {
      says: 'beginnings of commands',
      file: rule(
        'toolName = "run_shell_command"',
        'commandPrefix = ["git push", "rm"]',
        'decision = "deny"',
        'denyMessage = "no"',
        'priority = 999',
      ),
      rules: ['git push', 'rm'].map((command) => ({ decision: 'deny', command, prefix: true, reason: 'no' })),
    },
    {
      says: 'priorities, of which the highest comes last',
      file: [
        rule('toolName = "glob"', 'decision = "allow"', 'priority = 9'),
        rule('toolName = "glob"', 'decision = "deny"', 'priority = 9'),
        rule('toolName = "glob"', 'decision = "ask_user"', 'priority = 1'),
      ].join(''),
      rules: (['ask', 'deny', 'allow'] as const).map((decision) => ({ decision, tool: 'glob' })),
    },
    {
      says: 'servers',
      file:
        rule('mcpName = "srv"', 'decision = "allow"') +
        rule('mcpName = "srv"', 'toolName = "t"', 'decision = "deny"') +
        rule('mcpName = "*"', 'decision = "ask_user"'),
      rules: [...tools('ask', 'mcp__*'), ...tools('deny', 'mcp__srv__t'), ...tools('allow', 'mcp__srv__*')],
    },
    {
      says: 'conditions that cannot be said',
      file:
        rule('toolName = "run_shell_command"', 'commandRegex = "^rm .*"', 'decision = "deny"') +
        rule('toolName = "write_file"', 'argsPattern = "x"', 'decision = "ask_user"') +
        rule('toolName = "read_file"', 'subagent = "y"', 'decision = "allow"') +
        rule(
          'toolName = "run_shell_command"',
          'commandPrefix = "git"',
          'modes = ["yolo"]',
          'decision = "deny"',
        ),
      rules: [],
      guards: [
        { decision: 'ask', command: 'git', prefix: true },
        ...tools('ask', 'write', 'write_file'),
        { decision: 'ask', command: '*' },
      ],
      unmapped: ['[[rule]] 4', '[[rule]] 3', '[[rule]] 3', '[[rule]] 2', '[[rule]] 2', '[[rule]] 1'],
    },
    {
      says: 'what cannot be read',
      file: rule('decision = "perhaps"'),
      rules: [],
      guards: tools('ask', '*'),
      unmapped: ['[[rule]] 1'],
    },
  ]
  test.each(rows)('$says', (row) => {
    expect(said('gemini', row)).toEqual(whole(row))
  })

  test('says where it is no TOML', () => {
    expect(() => imported('gemini', '[[rule')).toThrow(/is not TOML/)
  })
})
