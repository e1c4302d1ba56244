import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { createHooks, type DialectName } from '../src/index.ts'
import { oneHook } from './conformance/one-hook.ts'
import { temporaryFolder } from './folder.ts'
import { situationOf, toolRequested } from './moment.ts'

/** What a guard prints, how it ends, and what a person reads of its failure. The verdicts themselves are in the conformance suite. */
test.each<[DialectName, string, number, RegExp]>([
  ['claude', 'answer: {"decision":"block"}', 0, /it printed no JSON that can be read: answer/],
  ['claude', '{}', 1, /it ended with exit code 1\./],
  ['claude', '{"decision":"block"}', 0, /^The hook the hook refused it\.$/],
  ['claude', '{"continue":false}', 0, /^The hook the hook stopped the run\.$/],
  ['gemini', 'a plain word', 0, /it printed no JSON that can be read: a plain word/],
  ['gemini', '{"allowed":false}', 0, /it printed "allowed", which nobody knows/],
  ['gemini', '{"decision":"perhaps"}', 0, /"decision" is "perhaps", none of /],
  ['cline', '{"cancel":"yes"}', 0, /"cancel" is "yes", neither true nor false/],
  ['cline', '{"cancel":true,"errorMessage":"no"}', 1, /^no\n.*exit code 1/s],
  [
    'codex',
    '{"overrideInput":{"a":1},"hookSpecificOutput":{"updatedInput":{"a":2}}}',
    0,
    /it rewrote the same twice, in different ways/,
  ],
])('%s: a guard that prints %s with exit code %i is told of', async (dialect, prints, exit, words) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'prints'), prints)
  const event = dialect === 'gemini' ? 'BeforeTool' : 'PreToolUse'
  const hooks = createHooks({ hooks: [oneHook(dialect, event, `cat prints; exit ${exit}`)], folder })
  const { decision } = await hooks.run(toolRequested(), situationOf())
  expect(decision).toEqual({ type: 'deny', reason: expect.stringMatching(words) })
})
