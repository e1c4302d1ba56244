import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { HookVerdict, JsonObject } from '@keepup/core'
import { expect, test } from 'vitest'

import { createHooks, type DialectName } from '../src/index.ts'
import { oneHook } from './conformance/one-hook.ts'
import { temporaryFolder } from './folder.ts'
import { situationOf, toolRequested } from './moment.ts'

const before: Readonly<Record<DialectName, string>> = {
  claude: 'PreToolUse',
  codex: 'PreToolUse',
  gemini: 'BeforeTool',
  cline: 'PreToolUse',
}

interface Told {
  readonly tool_name?: string
  readonly tool_input?: JsonObject
  readonly tool_call?: { readonly name: string; readonly input: JsonObject }
}

/** What a hook is told of a call, and what becomes of it when the hook prints an input. */
async function tell(
  dialect: DialectName,
  name: string,
  input: JsonObject,
  rewritten?: (sent: JsonObject) => object,
) {
  const folder = temporaryFolder()
  const run = async (command: string): Promise<HookVerdict> =>
    createHooks({ hooks: [oneHook(dialect, before[dialect], command)], folder }).run(
      toolRequested(input, name),
      situationOf(),
    )
  await run('cat > told')
  const told = JSON.parse(readFileSync(join(folder, 'told'), 'utf8').replaceAll(folder, '/project')) as Told
  const call = told.tool_call ?? { name: told.tool_name, input: told.tool_input ?? {} }
  const printed = JSON.stringify({ overrideInput: rewritten?.(call.input) }).replaceAll('/project', folder)
  writeFileSync(join(folder, 'printed'), printed)
  const said = rewritten === undefined ? {} : await run('cat > /dev/null; cat printed')
  return { call, said }
}

const edit = { path: 'a.ts', old_text: 'one\ntwo\n', new_text: '1\n2\n', replace_all: true }
const read = { path: 'a.ts', offset: 3, limit: 5, numbered: true }

test.each<[DialectName, string, JsonObject, string, JsonObject]>([
  ['claude', 'shell', { command: 'ls', timeout_ms: 9 }, 'Bash', { command: 'ls', timeout: 9 }],
  ['claude', 'read', read, 'Read', { file_path: '/project/a.ts', offset: 3, limit: 5 }],
  ['claude', 'write', { path: '/b', content: 'c' }, 'Write', { file_path: '/b', content: 'c' }],
  [
    'claude',
    'edit',
    edit,
    'Edit',
    { file_path: '/project/a.ts', old_string: 'one\ntwo\n', new_string: '1\n2\n', replace_all: true },
  ],
  ['claude', 'grep', { pattern: 'x', path: 'src' }, 'Grep', { pattern: 'x', path: '/project/src' }],
  ['claude', 'glob', { pattern: '*.ts' }, 'Glob', { pattern: '*.ts' }],
  ['claude', 'mcp__a__b', { c: 1 }, 'mcp__a__b', { c: 1 }],
  ['codex', 'shell', { command: 'ls', timeout_ms: 9 }, 'Bash', { command: 'ls' }],
  ['codex', 'read', read, 'read_file', { file_path: '/project/a.ts', offset: 3, limit: 5 }],
  [
    'codex',
    'write',
    { path: 'b', content: 'c\nd\n' },
    'apply_patch',
    { command: '*** Begin Patch\n*** Add File: b\n+c\n+d\n*** End Patch' },
  ],
  [
    'codex',
    'edit',
    edit,
    'apply_patch',
    { command: '*** Begin Patch\n*** Update File: a.ts\n@@\n-one\n-two\n+1\n+2\n*** End Patch' },
  ],
  ['codex', 'grep', { pattern: 'x' }, 'grep_files', { pattern: 'x' }],
  ['gemini', 'shell', { command: 'ls' }, 'run_shell_command', { command: 'ls' }],
  ['gemini', 'read', read, 'read_file', { file_path: '/project/a.ts', offset: 2, limit: 5 }],
  ['gemini', 'write', { path: 'b', content: 'c' }, 'write_file', { file_path: '/project/b', content: 'c' }],
  [
    'gemini',
    'edit',
    edit,
    'replace',
    { file_path: '/project/a.ts', old_string: 'one\ntwo\n', new_string: '1\n2\n', allow_multiple: true },
  ],
  [
    'gemini',
    'grep',
    { pattern: 'x', path: 'src' },
    'grep_search',
    { pattern: 'x', dir_path: '/project/src' },
  ],
  ['gemini', 'glob', { pattern: '*.ts' }, 'glob', { pattern: '*.ts' }],
  ['cline', 'shell', { command: 'ls' }, 'execute_command', { command: 'ls' }],
  ['cline', 'read', read, 'read_file', { path: 'a.ts', offset: 3, limit: 5 }],
  ['cline', 'write', { path: 'b', content: 'c' }, 'write_to_file', { path: 'b', content: 'c' }],
  [
    'cline',
    'edit',
    edit,
    'replace_in_file',
    { path: 'a.ts', diff: '------- SEARCH\none\ntwo\n\n=======\n1\n2\n\n+++++++ REPLACE' },
  ],
  ['cline', 'grep', { pattern: 'x', path: 'src' }, 'search_files', { regex: 'x', path: 'src' }],
])(
  '%s is told %s %j as %s, and what it gives back unchanged is unchanged',
  async (dialect, name, input, theirs, sent) => {
    const { call, said } = await tell(dialect, name, input, (told) => told)
    expect(call).toMatchObject({ name: theirs, input: sent })
    expect(said).toEqual({ input })
  },
)

test.each<[DialectName, string, JsonObject, object, JsonObject]>([
  [
    'claude',
    'edit',
    edit,
    { file_path: '/project/a.ts', old_string: 'x', new_string: 'y' },
    { path: 'a.ts', old_text: 'x', new_text: 'y' },
  ],
  [
    'claude',
    'shell',
    { command: 'a' },
    { command: 'b', description: 'Does b', run_in_background: false },
    { command: 'b' },
  ],
  ['claude', 'read', read, { file_path: '/project/b.ts' }, { path: '/project/b.ts', numbered: true }],
  [
    'gemini',
    'read',
    read,
    { file_path: '/project/a.ts', offset: 0 },
    { path: 'a.ts', offset: 1, numbered: true },
  ],
  ['cline', 'grep', { pattern: 'x' }, { regex: 'y' }, { pattern: 'y' }],
  ['claude', 'mcp__a__b', { c: 1 }, { c: 2, d: 3 }, { c: 2, d: 3 }],
  ['claude', 'shell', { command: 'a' }, { command: 'b', sandbox: 'off' }, { command: 'b', sandbox: 'off' }],
])('what %s makes of %s %j comes back in our words: %j', async (dialect, name, input, printed, expected) => {
  const { said } = await tell(dialect, name, input, () => printed)
  const text = JSON.stringify(said.input).replaceAll(/\/[^"]*keepup-hooks-\w+/g, '/project')
  expect(JSON.parse(text)).toEqual(expected)
})

test.each<[DialectName, string]>([
  ['codex', 'write'],
  ['cline', 'edit'],
])('a patch that %s rewrites for %s cannot be read back: it denies', async (dialect, name) => {
  const { said } = await tell(dialect, name, { ...edit, content: 'x' }, () => ({ command: 'another' }))
  expect(said.decision).toMatchObject({
    type: 'deny',
    reason: expect.stringContaining('cannot be read back'),
  })
})
