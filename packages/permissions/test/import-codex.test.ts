import { describe, expect, test } from 'vitest'

import { type Row, said, whole } from './import-rows.ts'

describe('codex', () => {
  const rows: readonly Row[] = [
    {
      says: 'the three decisions, comments, and choices',
      file: [
        '# rules',
        'prefix_rule(pattern = ["rm"], decision = "forbidden", justification = "use trash",)',
        "prefix_rule(pattern=['git', ['push', \"fetch\"]], decision='prompt', match=[['git','push']])",
        'prefix_rule(',
        '  pattern = ["ls"],',
        ')',
      ].join('\n'),
      rules: [
        { decision: 'deny', command: 'rm', prefix: true, reason: 'use trash' },
        { decision: 'ask', command: 'git push', prefix: true },
        { decision: 'ask', command: 'git fetch', prefix: true },
        { decision: 'allow', command: 'ls', prefix: true },
      ],
    },
    {
      says: 'statements that are not literal',
      file: 'x = ["rm"]\nprefix_rule(pattern = x, decision = "forbidden")\nfor y in x:\n  prefix_rule(pattern=[y])',
      rules: [],
      guards: Array.from({ length: 4 }, () => ({ decision: 'ask' as const, command: '*' })),
      unmapped: [
        'line 1: x = ["rm"]',
        'line 2: prefix_rule(pattern = x, decision = "forbidden")',
        'line 3: for y in x:',
        'line 4: prefix_rule(pattern=[y])',
      ],
    },
    {
      says: 'words that no rule can hold',
      file: 'prefix_rule(pattern=["a b"], decision="forbidden"); prefix_rule(pattern=["a*"])\nprefix_rule(pattern=["a"], decision="never")',
      rules: [],
      guards: [
        { decision: 'ask', command: '*' },
        { decision: 'ask', command: '*' },
      ],
      unmapped: [
        'line 1: prefix_rule(pattern=["a b"], decision="forbidden"); prefix_rule(pattern=["a*"])',
        'line 1: prefix_rule(pattern=["a*"])',
        'line 2: prefix_rule(pattern=["a"], decision="never")',
      ],
    },
    {
      says: 'where programs are',
      file: 'host_executable(name = "git", paths = ["/bin/git"])',
      rules: [],
      unmapped: ['line 1: host_executable(name = "git", paths = ["/bin/git"])'],
    },
    {
      says: 'escapes',
      file: String.raw`prefix_rule(pattern=["r\"m", r"a\b"])`,
      rules: [{ decision: 'allow', command: String.raw`r"m a\b`, prefix: true }],
    },
    {
      says: 'brackets that do not end',
      file: 'prefix_rule(pattern=["rm"], decision="forbidden"',
      rules: [],
      guards: [{ decision: 'ask', command: '*' }],
      unmapped: ['line 1: prefix_rule(pattern=["rm"], decision="forbidden"'],
    },
  ]
  test.each(rows)('$says', (row) => {
    expect(said('codex', row)).toEqual(whole(row))
  })
})
