import { describe, expect, test } from 'vitest'

import { imported, type Row, said, whole } from './import-rows.ts'

describe('cline', () => {
  const rows: readonly Row[] = [
    {
      says: 'lists, of which the longer prefix counts',
      file: {
        'roo-cline.allowedCommands': ['git', 'git push origin dev', '*'],
        'roo-cline.deniedCommands': ['git push', 'git'],
      },
      rules: [
        { decision: 'allow', command: '*' },
        { decision: 'allow', command: 'git', prefix: true },
        { decision: 'deny', command: 'git', prefix: true },
        { decision: 'deny', command: 'git push', prefix: true },
        { decision: 'allow', command: 'git push origin dev', prefix: true },
      ],
    },
    {
      says: 'switches that are off',
      file: {
        globalSettings: {
          autoApprovalEnabled: false,
          alwaysAllowReadOnly: true,
          allowedCommands: ['ls'],
          deniedCommands: ['rm'],
        },
      },
      rules: [{ decision: 'deny', command: 'rm', prefix: true }],
      unmapped: ['allow-lists', 'allow "ls"'],
    },
    {
      says: "Roo's switches",
      file: {
        alwaysAllowReadOnly: true,
        alwaysAllowMcp: true,
        alwaysAllowExecute: false,
        alwaysAllowModeSwitch: true,
        allowedCommands: ['ls'],
      },
      rules: [
        { decision: 'allow', effect: 'read:./**' },
        { decision: 'allow', tool: 'mcp__*' },
      ],
      unmapped: ['alwaysAllowModeSwitch', 'allow "ls"'],
    },
    {
      says: "Cline's switches",
      file: {
        autoApprovalSettings: {
          enabled: true,
          actions: { readFilesExternally: true, executeSafeCommands: true, executeAllCommands: true },
        },
      },
      rules: [
        { decision: 'allow', effect: 'read:**' },
        { decision: 'allow', command: '*' },
      ],
      unmapped: ['executeSafeCommands'],
    },
    {
      says: "Cline's patterns",
      file: { allow: ['git *', 'npm test'], deny: ['rm -rf *', 'a*b'], allowRedirects: true },
      rules: [
        { decision: 'allow', command: 'git', prefix: true },
        { decision: 'allow', command: 'npm test' },
        { decision: 'deny', command: 'rm -rf', prefix: true },
      ],
      guards: [{ decision: 'ask', command: '*' }],
      unmapped: ['deny "a*b"', 'allowRedirects'],
    },
    {
      says: 'a list that is none',
      file: { deniedCommands: 5 },
      rules: [],
      guards: [{ decision: 'ask', command: '*' }],
      unmapped: ['deniedCommands: 5'],
    },
  ]
  test.each(rows)('$says', (row) => {
    expect(said('cline', row)).toEqual(whole(row))
  })

  test('lets edits run, but not of what steers agents', () => {
    const { rules } = imported('cline', { alwaysAllowWrite: true })
    expect(rules).toContainEqual({ decision: 'allow', tool: 'write', effect: 'write:./**' })
    expect(rules).toContainEqual({ decision: 'ask', effect: 'write:**/.roo/**' })
  })
})
