import { expect, test } from 'vitest'

import { permissionPolicy } from '../src/index.ts'
import { shellCall } from './guarded-call.ts'

test.each([
  ['npm install x', ['command npm install x']],
  ['ls > f', ['effect delete:/workspace/f', 'effect write:/workspace/f']],
  ['cat a && rm b', ['command rm b']],
  ['rm a > f', ['command rm a', 'effect delete:/workspace/f', 'effect write:/workspace/f']],
])('of %j people hear what matters, once', (command, told) => {
  const decision = permissionPolicy({ root: '/workspace' })(shellCall(command))
  const reasons = decision.type === 'ask' ? decision.reasons : []
  expect(reasons.map(({ text }) => text.replace(/: neither.*/, ''))).toEqual(told)
})
