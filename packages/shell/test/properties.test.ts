import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import { analyseCommand, type CommandPlace, judgeCommand } from '../src/index.ts'
import { readCorpus } from './read-corpus.ts'
import { nowhere } from './shared-corpus.ts'

/** Text of the shell's own words and signs, and of anything. */
const words =
  'ls rm cat f x git log if then fi for in do done bash -c eval find -exec sed ; & | ( ) { } < > << EOF $ ` " \' \\ * [ ] ~ ! # = [[ ]] $(( )) ${ :-'
const signs = fc
  .array(fc.constantFrom(' ', ' ', ' ', '\n', '\t', ...words.split(' ')), { maxLength: 30 })
  .map((parts) => parts.join(''))
const texts = fc.oneof(signs, fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 }))
// More runs are asked for than a test's usual time allows.
vi.setConfig({ testTimeout: 600_000 })

const runs = { numRuns: Number(process.env['KEEPUP_LIVES'] ?? 2000) }

test('no text makes it throw, and each gets the same answer twice', () => {
  const body = (text: string): void => {
    expect(judgeCommand(text, 'developer', nowhere)).toEqual(judgeCommand(text, 'developer', nowhere))
    expect(analyseCommand(text, nowhere)).toEqual(analyseCommand(text, nowhere))
    expect(
      judgeCommand(text, 'developer', nowhere)
        .reasons.map(({ text: reason }) => reason)
        .join(),
    ).not.toContain('could not be read:')
  }
  body('[for-c]]')
  fc.assert(fc.property(texts, body), runs)
})

test('nothing that asks is allowed in company', () => {
  const moves = /\bcd\b|^\w+=|\n|<<|#/
  const harmless = readCorpus('read-only').filter((command) => !moves.test(command))
  const doubtful = readCorpus('hostile').filter((command) => !/\n|<<|#|^[\^!]|[&\\]$/.test(command))
  const joints = [' && ', '; ', ' || ', ' | ', '\n'] as const
  const body = (one: string, joint: string, other: string): void => {
    // After a pipe, and where what came before succeeded, nothing else would hold than alone.
    if (joint !== ' || ' || !/\bcd\b/.test(other))
      expect(judgeCommand(one + joint + other, 'developer', nowhere).decision).toBe('ask')
    expect(judgeCommand(other + joint + one, 'developer', nowhere).decision).toBe('ask')
  }
  const [ones, others] = [fc.constantFrom(...harmless), fc.constantFrom(...doubtful)]
  fc.assert(fc.property(ones, fc.constantFrom(...joints), others, body), runs)
})

test('whatever is allowed has no effect beside reading in the workspace and running what is listed', () => {
  for (const command of readCorpus('read-only')) {
    const { effects } = judgeCommand(command, 'read-only', nowhere)
    const others = effects.filter(
      ({ kind, target }) => kind !== 'exec' && !(kind === 'read' && /^\/(workspace|dev\/null)/.test(target)),
    )
    expect({ command, others }).toEqual({ command, others: [] })
  }
})

test.each(['', ' ', '\n', '# nothing', ';', '&&', '!'])('%j is no command, and asks', (text) => {
  expect(judgeCommand(text, 'developer', nowhere).decision).toBe('ask')
})

test('a place whose functions throw makes it ask, not fail', () => {
  const broken: CommandPlace = {
    root: '/workspace',
    realPath: () => {
      throw new Error('no file system')
    },
  }
  expect(judgeCommand('cat f', 'read-only', broken).decision).toBe('ask')
  expect(analyseCommand('cat f', broken).doubts).toHaveLength(1)
})
