import { deletions, writes } from '@keepup/vitest/batteries'
import { describe, expect, test } from 'vitest'

import { commandExplainer, type PermissionRule } from '../src/index.ts'
import { otherDeletions } from './other-deletions.ts'

function explainer(...rules: readonly PermissionRule[]) {
  return commandExplainer({ rules: [{ source: 'rules', rules }] }, { root: '/workspace', home: '/home/ada' })
}

const denials: readonly PermissionRule[] = [
  { decision: 'deny', command: 'rm', prefix: true },
  { decision: 'deny', command: 'rm' },
  { decision: 'deny', command: 'rm *' },
  { decision: 'deny', effect: 'exec:rm' },
  { decision: 'deny', effect: 'delete:**' },
  { decision: 'deny', effect: 'delete:victim' },
]

describe.each(denials)('everything is allowed but %j', (denial) => {
  test.each([{ tool: 'shell' }, { command: '*' }, { tool: '*' }])('by %j', (allowed) => {
    for (const order of [0, 1]) {
      const rules = [{ decision: 'allow' as const, ...allowed }, denial]
      const explain = explainer(...(order === 0 ? rules : rules.toReversed()))
      const ran = [...deletions, ...otherDeletions].filter((command) => explain(command).decision === 'allow')
      expect(ran).toEqual([])
      expect(explain('rm victim').decision).toBe('deny')
      expect(explain('echo hi').decision).toBe('allow')
    }
  })
})

test('where shell commands ask, nothing is written unasked', () => {
  for (const asks of [{ tool: 'shell' }, { command: '*' }]) {
    const explain = explainer({ decision: 'ask', ...asks }, { decision: 'allow', tool: '*' })
    expect(writes.filter((command) => explain(command).decision === 'allow')).toEqual([])
  }
})

test('without rules everything asks', () => {
  expect(explainer()('ls').decision).toBe('ask')
})
