import type { HookEvent, JsonValue } from '@keepup/core'
import { expect, test } from 'vitest'

import { type CommandHook, createHooks, type DialectName } from '../src/index.ts'
import { oneHook } from './conformance/one-hook.ts'
import { situationOf, toolRequested } from './moment.ts'

/** Whether a hook is run; the handler says so by failing. */
async function isRun(hook: CommandHook, event: HookEvent): Promise<boolean> {
  const probe: CommandHook = { ...hook, handler: { type: 'unsupported', why: 'it was run.' } }
  const { messages = [] } = await createHooks({ hooks: [probe], folder: '/project' }).run(
    event,
    situationOf(),
  )
  return messages.some((text) => text.includes('it was run.'))
}

const event: Readonly<Record<DialectName, string>> = {
  claude: 'PreToolUse',
  codex: 'PreToolUse',
  gemini: 'BeforeTool',
  cline: 'PreToolUse',
}

test.each<[DialectName, string, string, boolean]>([
  ['claude', '', 'shell', true],
  ['claude', '*', 'shell', true],
  ['claude', 'Bash', 'shell', true],
  ['claude', 'shell', 'shell', true],
  ['claude', 'bash', 'shell', false],
  ['claude', 'Bas', 'shell', false],
  ['claude', 'Edit|Write', 'write', true],
  ['claude', 'Edit, Write', 'write', true],
  ['claude', 'Edit|Write', 'read', false],
  ['claude', 'MultiEdit', 'edit', true],
  ['claude', '^Ba', 'shell', true],
  ['claude', 'Notebook.*', 'edit', false],
  ['claude', 'mcp__files', 'mcp__files__list', false],
  ['claude', 'mcp__files__.*', 'mcp__files__list', true],
  ['claude', 'mcp__my-files__list', 'mcp__my-files__list', true],
  ['claude', '[', 'shell', true],
  ['codex', '.*', 'shell', true],
  ['codex', 'Edit|Write', 'write', true],
  ['codex', 'apply_patch', 'edit', true],
  ['codex', 'Bash', 'read', false],
  ['gemini', 'run_shell_command', 'shell', true],
  ['gemini', 'run_shell', 'shell', true],
  ['gemini', '^replace$|write_.*', 'edit', true],
  ['gemini', 'search_file_content', 'grep', true],
  ['gemini', '*', 'read', true],
  ['gemini', 'run_(', 'shell', true],
  ['gemini', 'write', 'read', false],
  ['cline', 'anything', 'read', true],
])('%s: the matcher "%s" and the tool %s: %s', async (dialect, matcher, tool, expected) => {
  const hook = oneHook(dialect, event[dialect], '', { matcher })
  expect(await isRun(hook, toolRequested({}, tool))).toBe(expected)
})

const stopping: HookEvent = { type: 'stop-requested', lastText: 'done', again: true }

const moments = {
  'a stop': stopping,
  'a start': { type: 'session-started', source: 'startup' },
  'a resume': { type: 'session-started', source: 'resume' },
  'a notice': { type: 'notified', text: 'An approval waits.' },
  'the end of an agent': {
    type: 'agent-ended',
    agent: 'a1',
    role: 'reviewer',
    lastText: 'done',
    again: false,
  },
  'before a compaction': { type: 'compaction-requested', trigger: 'auto' },
  'a prompt': { type: 'prompt-submitted', prompt: 'do it' },
} as const satisfies Readonly<Record<string, HookEvent>>

test.each<[DialectName, string, string, keyof typeof moments, boolean]>([
  ['claude', 'SessionStart', 'resume', 'a start', false],
  ['claude', 'SessionStart', 'startup|resume', 'a resume', true],
  ['claude', 'Notification', 'idle_prompt', 'a notice', false],
  ['claude', 'SubagentStop', 'reviewer', 'the end of an agent', true],
  ['claude', 'PreCompact', 'manual', 'before a compaction', false],
  ['claude', 'UserPromptSubmit', 'nothing', 'a prompt', true],
  ['claude', 'Stop', 'nothing', 'a stop', true],
  ['codex', 'PreCompact', 'manual', 'before a compaction', true],
  ['gemini', 'SessionStart', 'startup', 'a start', true],
])('%s: %s with the matcher "%s" at %s: %s', async (dialect, name, matcher, at, expected) => {
  expect(await isRun(oneHook(dialect, name, '', { matcher }), moments[at])).toBe(expected)
})

test.each<[string, string, JsonValue, boolean]>([
  ['Bash(git *)', 'shell', { command: 'git push' }, true],
  ['Bash(git *)', 'shell', { command: 'git' }, true],
  ['Bash(git push:*)', 'shell', { command: 'git push origin' }, true],
  ['Bash(git *)', 'shell', { command: 'gitk' }, false],
  ['Bash(git *)', 'shell', { command: 'ls -l' }, false],
  ['Bash(git *)', 'shell', { command: 'ls && git push' }, true],
  ['Bash(git *)', 'shell', { command: 'ls\ngit push' }, true],
  ['Bash(git *)', 'shell', { command: 'sudo git push' }, true],
  ['Bash(git *)', 'shell', { command: '"g"it push' }, true],
  ['Bash(git *)', 'shell', { command: '$(echo git) push' }, true],
  ['Bash(git *)', 'read', { path: 'git x' }, false],
  ['Bash', 'shell', { command: 'ls' }, true],
  ['Edit(*.ts)', 'edit', { path: 'src/a.ts' }, true],
  ['Edit(*.ts)', 'edit', { path: 'src/a.js' }, false],
  ['Edit(/src/**)', 'edit', { path: 'src/b/a.js' }, true],
  ['Edit(src)', 'edit', { path: 'lib/a.js' }, false],
  ['Read(//etc/**)', 'read', { path: '../etc/passwd' }, true],
  ['Read(~/.ssh/**)', 'read', { path: '/project/.ssh/key' }, false],
  ['mcp__files', 'mcp__files__list', {}, true],
  ['mcp__files__*', 'mcp__files__list', {}, true],
  ['mcp__files', 'mcp__other__list', {}, false],
])('the condition %s and %s %j: %s', async (condition, tool, input, expected) => {
  const hook = oneHook('claude', 'PreToolUse', '', { condition })
  expect(await isRun(hook, toolRequested(input, tool))).toBe(expected)
})

test('a condition at a moment that is about no call is never met', async () => {
  expect(await isRun(oneHook('claude', 'Stop', '', { condition: 'Bash' }), stopping)).toBe(false)
})

test('a hook that is to run once runs once a session', async () => {
  const hook = oneHook('claude', 'PreToolUse', 'exit 2', { once: true })
  const hooks = createHooks({ hooks: [hook] })
  const decide = async (thread: string) =>
    (await hooks.run(toolRequested(), situationOf({ thread }))).decision?.type
  expect([await decide('a'), await decide('a'), await decide('b')]).toEqual(['deny', undefined, 'deny'])
})

test('a moment that never comes here is not listened to', () => {
  const hooks = createHooks({ hooks: [oneHook('claude', 'TeammateIdle', 'exit 2')] })
  expect(hooks.listens('tool-requested')).toBe(false)
})
