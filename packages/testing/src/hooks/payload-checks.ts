import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Mode } from '@keepup/core'

import { claudePayloads } from './claude-payloads.ts'
import { clinePayloads } from './cline-payloads.ts'
import { codexPayloads } from './codex-payloads.ts'
import { geminiPayloads } from './gemini-payloads.ts'
import type { HookDialect } from './harness.ts'
import { type HookCheck, hookCheck, type HookScene } from './hook-check.ts'
import type { MomentName } from './moments.ts'
import { difference, type PayloadCase } from './payload-case.ts'

const tables: readonly (readonly [HookDialect, readonly PayloadCase[]])[] = [
  ['claude', claudePayloads],
  ['codex', codexPayloads],
  ['gemini', geminiPayloads],
  ['cline', clinePayloads],
]

/** What the formats allow besides, where an adapter knows it. */
const optional: Readonly<Record<HookDialect, readonly string[]>> = {
  claude: ['prompt_id', 'agent_id', 'agent_type', 'effort'],
  codex: ['agent_id', 'agent_type'],
  gemini: [],
  cline: [],
}

const told: readonly HookCheck[] = tables.flatMap(([dialect, cases]) =>
  cases.map(({ event, at, told: expected }) =>
    hookCheck(dialect, `${event} is told of ${at}, with every field`, async (scene) => {
      const text = await payloadOf(scene, event, at)
      const payload: unknown = JSON.parse(text)
      const { folder } = scene
      assert.equal(difference(payload, expected, { folder, optional: optional[dialect] }), undefined)
      assert.equal(text.indexOf('\n'), text.length - 1, 'a payload is one line')
    }),
  ),
)

const modes: readonly Mode[] = ['plan', 'ask', 'auto-edit', 'auto', 'yolo']
const modeNames: readonly (readonly [HookDialect, readonly string[]])[] = [
  ['claude', ['plan', 'default', 'acceptEdits', 'auto', 'bypassPermissions']],
  // There is no mode between accepting edits and bypassing all: the more careful one is told.
  ['codex', ['plan', 'default', 'acceptEdits', 'acceptEdits', 'bypassPermissions']],
]

const toldModes: readonly HookCheck[] = modeNames.map(([dialect, names]) =>
  hookCheck(dialect, 'it is told the mode in its own words', async (scene) => {
    const found: unknown[] = []
    for (const mode of modes) {
      const payload: unknown = JSON.parse(await payloadOf(scene, 'PreToolUse', 'a call', mode))
      found.push(Object.entries(payload ?? {}).find(([key]) => key === 'permission_mode')?.[1])
    }
    assert.deepEqual(found, names)
  }),
)

const variables: readonly (readonly [HookDialect, string, Readonly<Record<string, 'folder' | 'thread'>>])[] =
  [
    ['claude', 'PreToolUse', { CLAUDE_PROJECT_DIR: 'folder' }],
    [
      'gemini',
      'BeforeTool',
      {
        GEMINI_PROJECT_DIR: 'folder',
        GEMINI_CWD: 'folder',
        GEMINI_SESSION_ID: 'thread',
        CLAUDE_PROJECT_DIR: 'folder',
      },
    ],
  ]

const surroundings: readonly HookCheck[] = variables.flatMap(([dialect, event, names]) =>
  Object.entries(names).map(([name, kind]) =>
    hookCheck(
      dialect,
      `commands find ${name} in their environment, and what they were given`,
      async (scene) => {
        await scene.run({ event, at: 'a call', command: 'env > variables' })
        const lines = (await readFile(join(scene.folder, 'variables'), 'utf8')).split('\n')
        const expected = kind === 'folder' ? scene.folder : 'a-thread'
        assert.ok(lines.includes(`${name}=${expected}`), `${name} is ${expected}`)
        assert.ok(lines.includes('MINE=1'), 'what they were given is there')
        assert.deepEqual(
          lines.filter((line) => line.startsWith('HOME=')),
          [],
          'what they were not given is not',
        )
      },
    ),
  ),
)

/** What hooks are told, in each dialect. */
export const payloadChecks: readonly HookCheck[] = [...told, ...toldModes, ...surroundings]

async function payloadOf(
  { folder, run }: HookScene,
  event: string,
  at: MomentName,
  mode?: Mode,
): Promise<string> {
  await run({ event, at, command: 'cat > told', ...(mode === undefined ? {} : { mode }) })
  return readFile(join(folder, 'told'), 'utf8')
}
