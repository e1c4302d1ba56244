import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { permissionPolicy } from '../src/index.ts'
import { guardedCall, saying, shellCall } from './guarded-call.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('a command is judged where it starts', () => {
  const root = temporaryFolder()
  mkdirSync(join(root, 'conf/sub'), { recursive: true })
  writeFileSync(join(root, 'conf/.env'), '')
  writeFileSync(join(root, 'conf/plain'), '')
  const decide = permissionPolicy({
    root,
    rules: [{ source: 'rules', rules: [{ decision: 'deny', effect: 'delete:conf/plain' }] }],
  })
  const at = (folder: string, command: string, mode: 'ask' | 'yolo' = 'ask') =>
    saying(decide({ ...shellCall(command, mode), folder: join(root, folder) }))
  expect(at('.', 'cat *')).toBe('allow')
  expect(at('conf', 'cat plain')).toBe('allow')
  expect(at('conf', 'cat .e*')).toMatch(/^ask/)
  expect(at('conf/sub', 'cat ../plain')).toBe('allow')
  expect(at('conf/sub', 'cat ../../../x')).toMatch(/^ask/)
  expect(at('conf', 'rm plain', 'yolo')).toMatch(/^deny/)
  expect(at('conf/sub', 'rm plain', 'yolo')).toBe('allow')
  // Outside of the workspace nothing is read by itself.
  expect(at('..', 'cat x')).toMatch(/^ask/)
})

test('in a workspace whose own folder keeps secrets, every file does', () => {
  for (const root of ['/home/ada/.aws', '/home/ada/.ssh/keys', '/home/ada/secrets']) {
    const decide = permissionPolicy({ root, rules: [] })
    const read = guardedCall({ tool: 'read', repeat: 'safe', effects: [`read:${root}/config`] })
    expect(saying(decide(read))).toMatch(/^ask/)
  }
})
