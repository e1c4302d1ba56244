import type { HookVerdict } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { type CommandHook, createHooks } from '../src/index.ts'
import { temporaryFolder } from './folder.ts'
import { claudeProgram, programs } from './four-programs.ts'
import { situationOf, toolRequested } from './moment.ts'

/** What a guard does, and what the call must come to. */
interface Outcome {
  readonly does: string
  readonly lines: string | ((program: (typeof programs)[number]) => string)
  readonly expected: HookVerdict
}

/** Codex runs commands by the person's own shell, which may read much before it begins. */
const environment = { ...process.env, SHELL: '/bin/sh' }

const print = (json: string): string => `cat > /dev/null; echo '${json}'`
const denied = (reason: string | RegExp): HookVerdict => ({
  decision: { type: 'deny', reason: expect.stringMatching(reason) },
})

const several =
  '{"decision":"deny","reason":"no","cancel":true,"errorMessage":"no","hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"no"}}'

const outcomes: readonly Outcome[] = [
  { does: 'exit 2', lines: 'cat > /dev/null; echo no >&2; exit 2', expected: denied(/^no$/) },
  { does: 'a denial in its own dialect', lines: ({ deny }) => print(deny), expected: denied(/^no$/) },
  { does: "a denial in Claude's dialect", lines: print(claudeProgram.deny), expected: denied(/^no$/) },
  { does: 'a denial in several dialects at once', lines: print(several), expected: denied(/^no$/) },
  {
    does: 'a denial beside a field that nobody knows',
    lines: print('{"decision":"deny","reason":"no","colour":"red"}'),
    expected: denied(/^no$/),
  },
  { does: 'decision: block', lines: print('{"decision":"block","reason":"no"}'), expected: denied(/^no$/) },
  {
    does: 'continue: false',
    lines: print('{"continue":false,"stopReason":"no"}'),
    expected: { ...denied(/^no$/), stop: 'no' },
  },
  {
    does: 'permissionDecision: ask',
    lines: print(claudeProgram.deny.replace('"deny"', '"ask"')),
    expected: { decision: { type: 'ask', question: 'no', reasons: [expect.anything()] } },
  },
  {
    does: 'a rewritten input in its own dialect',
    lines: ({ rewrite }) => print(rewrite),
    expected: { input: { command: 'echo hi' } },
  },
  {
    does: "a rewritten input in Claude's dialect",
    lines: print(claudeProgram.rewrite),
    expected: { input: { command: 'echo hi' } },
  },
  { does: 'exit 1', lines: 'cat > /dev/null; echo no >&2; exit 1', expected: denied(/exit code 1: no\./) },
  { does: 'a time-out', lines: 'cat > /dev/null; sleep 30', expected: denied(/longer than 0\.5 s/) },
  { does: 'JSON that is none', lines: print('{not json'), expected: denied(/no JSON that can be read/) },
  { does: 'a crash', lines: 'cat > /dev/null; kill -9 $$', expected: denied(/ended by (SIGKILL|signal 9)/) },
  {
    does: 'a decision that nobody knows',
    lines: print('{"decision":"denied"}'),
    expected: denied(/"decision" is "denied"/),
  },
  {
    does: 'a field that sounds like a decision',
    lines: print('{"permission":"denied"}'),
    expected: denied(/"permission", which nobody knows/),
  },
]

/** The guard of a script. Only the one that never ends has little time. */
function guardOf(
  program: (typeof programs)[number],
  folder: string,
  lines: Outcome['lines'],
): readonly CommandHook[] {
  const text = typeof lines === 'string' ? lines : lines(program)
  const hooks = program.guard(folder, `#!/bin/bash\n${text}\n`)
  return text.includes('sleep') ? hooks.map((hook) => ({ ...hook, timeout: 500 })) : hooks
}

describe.each(programs)('a guard of $dialect', (program) => {
  const run = async (lines: Outcome['lines']): Promise<HookVerdict> => {
    const folder = temporaryFolder()
    const hooks = createHooks({ hooks: guardOf(program, folder, lines), folder, environment })
    return hooks.run(toolRequested(), situationOf())
  }

  test('that says nothing lets the call pass', async () => {
    expect(await run('cat > /dev/null')).toEqual({})
    expect(await run(print('{}'))).toEqual({})
  })

  test.each(outcomes)('$does', async ({ lines, expected }) => {
    const said = await run(lines)
    expect(said).toMatchObject(expected)
    if (expected.decision?.type === 'deny') expect(said.input).toBeUndefined()
    if (expected.input !== undefined) expect(said.decision?.type).not.toBe('deny')
  })

  test('a script that is not there', async () => {
    const folder = temporaryFolder()
    const said = await createHooks({ hooks: program.missing(folder), folder, environment }).run(
      toolRequested(),
      situationOf(),
    )
    expect(said).toMatchObject(denied(/exit code 127 \(not found\)/))
  })

  test.each(outcomes.filter(({ does }) => /exit 1|time-out|is none|crash|knows/.test(does)))(
    '$does passes where it may',
    async ({ lines, does }) => {
      const folder = temporaryFolder()
      const lax = guardOf(program, folder, lines).map((hook) => ({ ...hook, onFailure: 'continue' }) as const)
      const said = await createHooks({ hooks: lax, folder, environment }).run(toolRequested(), situationOf())
      expect(said.decision?.type).toBe(does.startsWith('a denial') ? 'deny' : undefined)
      expect(said.messages).toHaveLength(1)
    },
  )
})

test('an allowance beside something that nobody knows is none, even where the hook may fail', async () => {
  const folder = temporaryFolder()
  const said = '{"vetoed":false,"rejected":"?","hookSpecificOutput":{"permissionDecision":"allow"}}'
  const [hook] = claudeProgram.guard(folder, `#!/bin/bash\n${print(said)}\n`)
  const lax = hook === undefined ? [] : [{ ...hook, onFailure: 'continue' } as const]
  const verdict = await createHooks({ hooks: lax, folder, environment }).run(toolRequested(), situationOf())
  expect(verdict.decision).toBeUndefined()
  expect(verdict.messages).toContainEqual(expect.stringContaining('"rejected"'))
})
