import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { createHooks, type DialectName } from '../../src/index.ts'
import { temporaryFolder } from '../folder.ts'
import { situationOf } from '../moment.ts'
import type { AnswerCase } from './answer-case.ts'
import { claudeAnswers, codexAnswers } from './claude-and-codex-answers.ts'
import { clineAnswers } from './cline-answers.ts'
import { geminiAnswers } from './gemini-answers.ts'
import { moments } from './moments.ts'
import { oneHook } from './one-hook.ts'

const answerCases: Readonly<Record<DialectName, readonly AnswerCase[]>> = {
  claude: claudeAnswers,
  codex: codexAnswers,
  gemini: geminiAnswers,
  cline: clineAnswers,
}

const dialects = Object.keys(answerCases) as readonly DialectName[] // keyof is lost by Object.keys

describe.each(dialects)('%s', (dialect) => {
  const rows = answerCases[dialect].map((row) => {
    const prints = typeof row.prints === 'object' ? JSON.stringify(row.prints) : (row.prints ?? '')
    return { ...row, prints, exit: row.exit ?? 0, errors: row.errors ?? '' }
  })

  test.each(rows)(
    '$event: $prints $errors, exit $exit',
    async ({ event, at, prints, errors, exit, means }) => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'prints'), prints)
      writeFileSync(join(folder, 'errors'), errors)
      const command = `cat > /dev/null; cat prints; cat errors >&2; exit ${exit}`
      const hooks = createHooks({ hooks: [oneHook(dialect, event, command)], folder })
      const said = await hooks.run(moments[at], situationOf())
      if (means instanceof RegExp) {
        expect(said.decision).toEqual({ type: 'deny', reason: expect.stringMatching(means) })
      } else {
        expect(said).toEqual(means)
      }
    },
  )
})
