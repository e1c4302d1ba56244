import { KeepupError } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import {
  createHooks,
  hookDigest,
  readClaudeHooks,
  readClineHooks,
  readCodexHooks,
  readGeminiHooks,
} from '../src/index.ts'
import { script, temporaryFolder } from './folder.ts'
import { situationOf, toolRequested } from './moment.ts'

const command = 'true'
const one = (event: string, entry: object, group: object = {}) => ({
  hooks: { [event]: [{ ...group, hooks: [entry] }] },
})

describe('Claude Code', () => {
  test('every field is read', () => {
    const { hooks, warnings } = readClaudeHooks(
      one(
        'PreToolUse',
        {
          type: 'command',
          command: './guard',
          args: ['--strict'],
          if: 'Bash(git *)',
          timeout: 7,
          onFailure: 'continue',
          statusMessage: 'Guarding',
          once: true,
          async: true,
        },
        { matcher: 'Bash|Edit' },
      ),
      { source: 'settings.json' },
    )
    expect(hooks).toEqual([
      {
        name: 'PreToolUse (settings.json#/hooks/PreToolUse/0/hooks/0)',
        dialect: 'claude',
        event: 'PreToolUse',
        matcher: 'Bash|Edit',
        condition: 'Bash(git *)',
        handler: { type: 'program', program: './guard', arguments: ['--strict'] },
        timeout: 7_000,
        onFailure: 'continue',
        once: true,
        background: true,
      },
    ])
    expect(warnings).toEqual([])
  })

  test.each([
    ['PreToolUse', 600_000],
    ['UserPromptSubmit', 30_000],
    ['SessionEnd', 1_500],
  ])('%s has its own time', (event, timeout) => {
    expect(readClaudeHooks(one(event, { type: 'command', command })).hooks[0]).toMatchObject({
      timeout,
      onFailure: 'block',
      handler: { type: 'shell', command, shell: 'bash' },
    })
  })

  test.each([
    ['prompt', { prompt: 'Is $ARGUMENTS good?', model: 'small' }],
    ['agent', { prompt: 'Look at it', timeout: 60 }],
    ['mcp_tool', { server: 'a', tool: 'b', input: {} }],
    ['riddle', {}],
    [undefined, { command }],
    ['command', {}],
    ['command', { command, args: 'no list' }],
    ['http', { url: 'file:///etc/passwd' }],
  ])('a guard of type %s %j fails until it can be run', async (type, more) => {
    const { hooks, warnings } = readClaudeHooks(one('PreToolUse', { type, ...more }))
    expect(warnings).toEqual([expect.stringContaining('cannot be run')])
    const said = await createHooks({ hooks }).run(toolRequested(), situationOf())
    expect(said.decision).toMatchObject({ type: 'deny', reason: expect.stringMatching(/type|command/) })
    const lax = readClaudeHooks(one('PreToolUse', { type, ...more, onFailure: 'continue' })).hooks
    const passed = await createHooks({ hooks: lax }).run(toolRequested(), situationOf())
    expect(passed.decision).toBeUndefined()
  })

  test('moments that never come, and options that do nothing, are told', () => {
    const { warnings } = readClaudeHooks({
      hooks: {
        TeammateIdle: [{ hooks: [{ type: 'command', command }] }],
        PreToolUSe: [{ hooks: [{ type: 'command', command }] }],
        Stop: [{ hooks: [{ type: 'command', command, if: 'Bash(a)', asyncRewake: true }] }],
        PreToolUse: [{ matcher: '[', hooks: [{ type: 'command', command }] }],
      },
    })
    expect(warnings).toEqual([
      expect.stringContaining('TeammateIdle never happens here'),
      expect.stringContaining('PreToolUSe is no moment of Claude Code (it has PreToolUse, '),
      expect.stringContaining('"if" at a moment that is about no call'),
      expect.stringContaining('"asyncRewake"'),
      expect.stringContaining('no regular expression'),
    ])
  })

  test('hooks that are switched off are none', () => {
    const value = { ...one('PreToolUse', { type: 'command', command }), disableAllHooks: true }
    expect(readClaudeHooks(value).hooks).toEqual([])
    expect(readClaudeHooks({ model: 'x' })).toEqual({ hooks: [], warnings: [] })
  })

  test.each<[unknown, string]>([
    [7, '# is 7'],
    [{ hooks: [] }, '#/hooks is []'],
    [{ hooks: { PreToolUse: {} } }, '#/hooks/PreToolUse is {}'],
    [{ hooks: { PreToolUse: [null] } }, '#/hooks/PreToolUse/0 is null'],
    [{ hooks: { PreToolUse: [{}] } }, '#/hooks/PreToolUse/0/hooks is undefined'],
    [
      one('PreToolUse', { type: 'command', command, timeout: -1 }),
      '#/hooks/PreToolUse/0/hooks/0 has the timeout -1',
    ],
    [one('PreToolUse', { type: 'command', command, onFailure: 'pass' }), 'has "onFailure" "pass"'],
    [one('PreToolUse', { type: 'command', command }, { matcher: 7 }), 'has a matcher that is 7'],
  ])('%j is an error that names the place', (value, place) => {
    const read = (): unknown => readClaudeHooks(value)
    expect(read).toThrow(place)
    expect(read).toThrow(expect.toSatisfy((error) => KeepupError.is(error, 'configuration-invalid')))
  })
})

describe('Codex', () => {
  test('every field is read', () => {
    const entry = {
      type: 'command',
      command: './guard',
      commandWindows: 'guard.exe',
      timeout: 3,
      async: true,
      additionalContextLimit: 100,
    }
    expect(readCodexHooks(one('PreToolUse', entry, { matcher: '^Bash$' })).hooks).toEqual([
      {
        name: 'PreToolUse (Codex#/hooks/PreToolUse/0/hooks/0)',
        dialect: 'codex',
        event: 'PreToolUse',
        matcher: '^Bash$',
        handler: { type: 'shell', command: './guard', shell: 'login' },
        timeout: 3_000,
        onFailure: 'block',
        background: true,
      },
    ])
    expect(readCodexHooks(one('Stop', { type: 'command', command })).hooks[0]?.timeout).toBe(600_000)
  })

  test.each(['prompt', 'agent', 'mcp_tool'])('a guard of type %s fails until it can be run', async (type) => {
    const { hooks } = readCodexHooks(one('PreToolUse', { type }))
    const said = await createHooks({ hooks }).run(toolRequested(), situationOf())
    expect(said.decision).toMatchObject({ type: 'deny', reason: expect.stringContaining(type) })
  })
})

describe('Gemini CLI', () => {
  test('every field is read', () => {
    const entry = {
      type: 'command',
      command: './guard',
      name: 'the guard',
      timeout: 900,
      description: 'Guards.',
    }
    expect(readGeminiHooks(one('BeforeTool', entry, { matcher: 'run_.*', sequential: true })).hooks).toEqual([
      {
        name: 'BeforeTool "the guard" (Gemini CLI)',
        dialect: 'gemini',
        event: 'BeforeTool',
        matcher: 'run_.*',
        handler: { type: 'shell', command: './guard', shell: 'bash' },
        timeout: 900,
        onFailure: 'block',
        sequential: true,
      },
    ])
    expect(readGeminiHooks(one('AfterTool', { type: 'command', command })).hooks[0]?.timeout).toBe(60_000)
  })

  test('one sequential group makes its moment sequential, no other', () => {
    const entry = { type: 'command', command }
    const { hooks } = readGeminiHooks({
      hooks: {
        BeforeTool: [{ hooks: [entry] }, { sequential: true, hooks: [entry] }],
        AfterTool: [{ hooks: [entry] }],
      },
    })
    expect(hooks.map(({ sequential }) => sequential)).toEqual([true, true, undefined])
  })

  test.each([
    { hooks: { enabled: false, BeforeTool: [] } },
    { hooksConfig: { enabled: false }, ...one('BeforeTool', { type: 'command', command }) },
    { hooksConfig: { disabled: ['off'] }, ...one('BeforeTool', { type: 'command', command, name: 'off' }) },
    { hooks: { disabled: [command], ...one('BeforeTool', { type: 'command', command }).hooks } },
  ])('what is switched off is not run: %j', (value) => {
    expect(readGeminiHooks(value)).toEqual({ hooks: [], warnings: [expect.stringContaining('switched off')] })
  })
})

describe('Cline', () => {
  test('files are hooks by their names, whatever runs them', () => {
    const folder = temporaryFolder()
    const files: readonly (readonly [string, string])[] = [
      ['PostToolUse', '#!/usr/bin/env -S python3 -u\n'],
      ['PreToolUse.py', ''],
      ['TaskStart.js', '// onFailure: continue\n'],
      ['pretooluse', ''],
      ['PreToolUse.md', ''],
      ['Other.sh', ''],
    ]
    for (const [name, text] of files) script(folder, name, text)
    const { hooks } = readClineHooks(folder)
    expect(
      hooks.map(({ event, handler, onFailure, timeout }) => [event, handler, onFailure, timeout]),
    ).toEqual([
      ['PostToolUse', run('/usr/bin/env', '-S', 'python3', '-u', `${folder}/PostToolUse`), 'block', 120_000],
      ['PreToolUse', run('python3', `${folder}/PreToolUse.py`), 'block', 120_000],
      ['TaskStart', run('node', `${folder}/TaskStart.js`), 'continue', 120_000],
      ['PreToolUse', run('bash', `${folder}/pretooluse`), 'block', 120_000],
    ])
    expect(readClineHooks(`${folder}/nowhere`)).toEqual({ hooks: [], warnings: [] })
  })

  function run(program: string, ...words: readonly string[]): object {
    return { type: 'program', program, arguments: words }
  }
})

test('a digest tells every change of what is approved', () => {
  const digests = [
    { type: 'command', command },
    { type: 'command', command: 'false' },
    { type: 'command', command, timeout: 5 },
    { type: 'command', command, onFailure: 'continue' },
  ].map((entry) => hookDigest(readClaudeHooks(one('PreToolUse', entry)).hooks))
  expect(new Set(digests).size).toBe(4)
  expect(hookDigest(readClaudeHooks(one('PreToolUse', { type: 'command', command })).hooks)).toBe(digests[0])
})
