import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { HookVerdict } from '@keepup/core'

import { type AnswerCase, anyWords, failure, type Meaning } from './answer-case.ts'
import { claudeAnswers, codexAnswers } from './claude-and-codex-answers.ts'
import { clineAnswers } from './cline-answers.ts'
import { geminiAnswers } from './gemini-answers.ts'
import type { HookDialect } from './harness.ts'
import { type HookCheck, hookCheck } from './hook-check.ts'

const tables: readonly (readonly [HookDialect, readonly AnswerCase[]])[] = [
  ['claude', claudeAnswers],
  ['codex', codexAnswers],
  ['gemini', geminiAnswers],
  ['cline', clineAnswers],
]

/** What hooks print and how they end, in each dialect: every field that the formats have, and what goes wrong with them. */
export const answerChecks: readonly HookCheck[] = tables.flatMap(([dialect, cases]) =>
  cases.map((row) =>
    hookCheck(dialect, titleOf(row), async ({ folder, run }) => {
      const { event, at, prints = '', errors = '', exit = 0, means } = row
      await writeFile(join(folder, 'prints'), typeof prints === 'object' ? JSON.stringify(prints) : prints)
      await writeFile(join(folder, 'errors'), errors)
      const command = `cat > /dev/null; cat prints; cat errors >&2; exit ${exit}`
      const said = await run({ event, at, command })
      if (means === failure) assertFailure(said)
      else assertMeaning(said, means)
    }),
  ),
)

function titleOf({ event, at, prints = '', errors = '', exit = 0 }: AnswerCase): string {
  const printed = typeof prints === 'object' ? JSON.stringify(prints) : JSON.stringify(prints)
  const complained = errors === '' ? '' : `, "${errors}" as errors`
  return `${event} at ${at} prints ${printed}${complained}, exit code ${exit}`
}

/** A guard that fails denies, and says something. */
function assertFailure({ decision, input, messages = [] }: HookVerdict): void {
  assert.equal(decision?.type, 'deny', 'a guard that fails denies')
  assertWords(decision.type === 'deny' ? decision.reason : '', anyWords, 'the reason')
  assert.equal(input, undefined, 'a guard that fails rewrites nothing')
  assert.ok(messages.length > 0, 'a person is told of a guard that fails')
}

function assertMeaning(
  said: HookVerdict,
  { decision, input, output, context, stop, messages }: Meaning,
): void {
  assertDecision(said.decision, decision)
  assert.deepEqual(said.input, input, 'the input that it rewrote')
  assert.equal(textOf(said.output), output, 'the output that is shown instead')
  assert.deepEqual(said.context ?? [], context ?? [], 'what the model is told')
  if (stop === undefined) assert.equal(said.stop, undefined, 'it ends no run')
  else assertWords(said.stop, stop, 'why the run ends')
  if (messages === anyWords) assert.ok((said.messages ?? []).length > 0, 'a person is told of it')
  else assert.deepEqual(said.messages ?? [], messages ?? [], 'what a person is told')
}

function assertDecision(decided: HookVerdict['decision'], expected: Meaning['decision']): void {
  assert.equal(decided?.type, expected?.type, 'what it decides')
  if (expected?.type === 'deny' && decided?.type === 'deny') {
    assertWords(decided.reason, expected.reason, 'the reason')
  }
  if (expected?.type === 'ask' && decided?.type === 'ask') {
    assertWords(decided.question, expected.question, 'the question')
    assert.ok(decided.reasons.length > 0, 'a question has a reason')
  }
}

function assertWords(said: string | undefined, expected: string | typeof anyWords, what: string): void {
  if (expected === anyWords) assert.ok((said ?? '').trim() !== '', `${what} says something`)
  else assert.equal(said, expected, what)
}

function textOf(output: HookVerdict['output']): string | undefined {
  return output?.content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n')
}
