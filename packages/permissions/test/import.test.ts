import { deletions, writes } from '@keepup/vitest/batteries'
import { describe, expect, test } from 'vitest'

import { importRules, type ImportFormat, readRuleFile } from '../src/import/index.ts'
import { explainerOf } from './import-rows.ts'

describe('a denial of rm, as each of them says it, with everything else allowed', () => {
  const files: Readonly<Record<string, readonly [ImportFormat, unknown]>> = {
    claude: ['claude', { permissions: { allow: ['Bash'], deny: ['Bash(rm:*)'] } }],
    qwen: ['claude', { permissions: { allow: ['Bash'], deny: ['Bash(rm *)'] } }],
    opencode: ['opencode', { permission: { bash: { '*': 'allow', 'rm *': 'deny' } } }],
    'opencode by its defaults': ['opencode', { permission: { bash: { 'rm *': 'deny' } } }],
    gemini: [
      'gemini',
      '[[rule]]\ntoolName="run_shell_command"\ncommandPrefix="rm"\ndecision="deny"\npriority=999\n[[rule]]\ntoolName="*"\ndecision="allow"\npriority=1',
    ],
    codex: ['codex', 'prefix_rule(pattern=["rm"], decision="forbidden")'],
    cline: ['cline', { allowedCommands: ['*'], deniedCommands: ['rm'] }],
  }
  test.each(Object.entries(files))('%s: no deletion runs', (_, [format, file]) => {
    for (const mode of [undefined, 'yolo'] as const) {
      const explain = explainerOf(format, file, mode)
      expect(deletions.filter((command) => explain(command).decision === 'allow')).toEqual([])
      expect(explain('rm victim').decision).toBe('deny')
    }
    if (format !== 'codex') expect(explainerOf(format, file)('echo hi').decision).toBe('allow')
  })
})

test('where opencode asks about bash, nothing is written unasked', () => {
  const explain = explainerOf('opencode', { permission: { bash: 'ask' } })
  expect(writes.filter((command) => explain(command).decision === 'allow')).toEqual([])
})

test.each([
  ['settings.json', '{"permissions":{"allow":["Bash"]}}', 'claude'],
  ['x.json', '{"allow":["Bash(ls)"]}', 'claude'],
  ['x.json', '{"deny":["rm *"]}', 'cline'],
  ['opencode.jsonc', '// mine\n{ "model": "x", }', 'opencode'],
  ['x.json', '{"bash":"ask","read":{"*":"allow"}}', 'opencode'],
  ['policy.toml', '', 'gemini'],
  ['x', '[[rule]]\ntoolName = "*"\ndecision = "deny"', 'gemini'],
  ['default.rules', '', 'codex'],
  ['x', 'prefix_rule(pattern=["a"])', 'codex'],
  ['settings.json', '{"roo-cline.allowedCommands":["ls"]}', 'cline'],
  ['roo.json', '{"globalSettings":{}}', 'cline'],
])('the format of %s %s is told: %s', (name, text, format) => {
  expect(importRules({ name, text }).from).toBe(format)
})

test.each([
  ['{"colour":1}', /no format that is known/],
  ['[1]', /no format that is known/],
  ['{', /is not JSON/],
  ['{"rules":[]}', /has the rules of keepup already/],
])('%s is refused with the fix', (text, message) => {
  expect(() => importRules({ name: 'x.json', text })).toThrow(message)
})

test('our own file is read by the same door', () => {
  const set = readRuleFile({ name: 'r.json', text: '{"rules":[{"decision":"deny","tool":"x"}], /* */ }' })
  expect(set).toMatchObject({ source: 'r.json', rules: [{ decision: 'deny', tool: 'x' }] })
})
