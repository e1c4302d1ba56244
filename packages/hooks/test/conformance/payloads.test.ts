import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { createHooks, type DialectName } from '../../src/index.ts'
import { temporaryFolder } from '../folder.ts'
import { situationOf } from '../moment.ts'
import { moments } from './moments.ts'
import { oneHook } from './one-hook.ts'
import { payloadCases } from './payloads.ts'

const time = /"\d{4}-\d\d-\d\dT[\d:.]+Z"/g

test.each(payloadCases)(
  '$dialect $event is told of $at with every field',
  async ({ dialect, event, at, told }) => {
    const folder = temporaryFolder()
    const hooks = createHooks({
      hooks: [oneHook(dialect, event, 'cat > told')],
      folder,
      environment: { PATH: process.env['PATH'], USER: 'me' },
      model: 'a/b',
    })
    await hooks.run(moments[at], situationOf({ mode: 'auto-edit' }))
    const text = readFileSync(join(folder, 'told'), 'utf8')
      .replaceAll(folder, 'FOLDER')
      .replaceAll(time, '"TIME"')
    expect(JSON.parse(text)).toEqual(told)
    expect(text.indexOf('\n')).toBe(text.length - 1)
  },
)

test.each<[DialectName, readonly (string | undefined)[]]>([
  ['claude', ['plan', 'default', 'acceptEdits', 'auto', 'bypassPermissions']],
  ['codex', ['plan', 'default', 'acceptEdits', 'acceptEdits', 'bypassPermissions']],
])('%s is told the mode in its own words', async (dialect, expected) => {
  const folder = temporaryFolder()
  const hooks = createHooks({ hooks: [oneHook(dialect, 'PreToolUse', 'cat > told')], folder })
  const told: unknown[] = []
  for (const mode of ['plan', 'ask', 'auto-edit', 'auto', 'yolo'] as const) {
    await hooks.run(moments['a call'], situationOf({ mode }))
    told.push(JSON.parse(readFileSync(join(folder, 'told'), 'utf8')).permission_mode)
  }
  expect(told).toEqual(expected)
})

test.each<[DialectName, string, string]>([
  ['claude', 'PreToolUse', 'CLAUDE_PROJECT_DIR=FOLDER'],
  ['gemini', 'BeforeTool', 'GEMINI_PROJECT_DIR=FOLDER'],
  ['gemini', 'BeforeTool', 'GEMINI_CWD=FOLDER'],
  ['gemini', 'BeforeTool', 'GEMINI_SESSION_ID=a-thread'],
  ['gemini', 'BeforeTool', 'CLAUDE_PROJECT_DIR=FOLDER'],
])(
  'commands of %s %s find %s in their environment, and what they were given',
  async (dialect, event, variable) => {
    const folder = temporaryFolder()
    const environment = { PATH: process.env['PATH'], MINE: '1' }
    const hooks = createHooks({ hooks: [oneHook(dialect, event, 'env > variables')], folder, environment })
    await hooks.run(moments['a call'], situationOf())
    const variables = readFileSync(join(folder, 'variables'), 'utf8').replaceAll(folder, 'FOLDER').split('\n')
    expect(variables).toContain(variable)
    expect(variables).toContain('MINE=1')
    expect(variables.filter((one) => one.startsWith('HOME='))).toEqual([])
  },
)
