import type { GuardedCall, Mode } from '@keepup/core'
import { expect, test } from 'vitest'

import { permissionPolicy, type PermissionRule } from '../src/index.ts'
import { guardedCall } from './guarded-call.ts'

const root = '/workspace'
const modes: readonly Mode[] = ['plan', 'ask', 'auto-edit', 'auto', 'yolo']
const write = (path: string) =>
  guardedCall({ tool: 'write', repeat: 'idempotent', effects: [`write:${path}`] })

/** What each mode says of a call, in the order of `modes`. */
function inEveryMode(decide: (call: GuardedCall) => { readonly type: string }, call: GuardedCall) {
  return modes.map((mode) => decide({ ...call, mode }).type).join(' ')
}

test('what cannot be read of the memory allows nothing', () => {
  const broken = {
    allows: () => {
      throw new Error('no')
    },
  }
  const decide = permissionPolicy({ root, remembered: broken })
  expect(decide(write('/workspace/a')).type).toBe('ask')
})

test('what was allowed for good answers an ask, not a denial, and not in plan', () => {
  const remembered = { allows: () => true }
  const rules: readonly PermissionRule[] = [
    { decision: 'ask', tool: 'write' },
    { decision: 'deny', effect: 'write:/etc/**' },
  ]
  const decide = permissionPolicy({ root, remembered, rules: [{ source: 'rules', rules }] })
  expect(inEveryMode(decide, write('/workspace/a'))).toBe('deny allow allow allow allow')
  expect(inEveryMode(decide, write('/etc/a'))).toBe('deny deny deny deny deny')
})
