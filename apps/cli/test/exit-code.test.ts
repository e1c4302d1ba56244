import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { RunOutcome } from '@keepup/core'
import { KeepupError } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { errorLines, reportError } from '../src/error-report.ts'
import { errorExit, exitCodes, outcomeExit } from '../src/exit-code.ts'
import { nodeComplaint } from '../src/node-version.ts'

test('the documentation lists every exit code, and no other', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../docs/exit-codes.md'), 'utf8')
  const rows = [...document.matchAll(/^\| (\d+) +\| ([a-z-]+) +\|/gm)].map(([, code, name]) => [
    name,
    Number(code),
  ])
  expect(Object.fromEntries(rows)).toEqual(exitCodes)
})

test('no two names share an exit code', () => {
  const codes = Object.values(exitCodes)
  expect(new Set(codes).size).toBe(codes.length)
})

test.each([
  [{ type: 'completed' }, 0, 'completed'],
  [{ type: 'completed' }, 1, 'denied'],
  [{ type: 'limit-reached', limit: 'turns' }, 0, 'limit-turns'],
  [{ type: 'limit-reached', limit: 'loop' }, 0, 'limit-loop'],
  [{ type: 'interrupted', reason: '' }, 0, 'interrupted'],
  [{ type: 'stopped', reason: '' }, 0, 'stopped'],
  [{ type: 'failed', code: 'model-failed', message: '' }, 0, 'model'],
  [{ type: 'failed', code: 'no-such-code', message: '' }, 0, 'failed'],
] satisfies [RunOutcome, number, string][])('%o with %i denials exits as %s', (outcome, denials, name) => {
  expect(outcomeExit(outcome, denials)).toBe(name)
})

describe('an error is two lines', () => {
  test('the fix that it brings is used', () => {
    const error = new KeepupError('configuration-invalid', 'x is y', { details: { fix: 'write z' } })
    expect(errorLines(error, false)).toBe('error: x is y\nfix: write z\n')
  })

  test('a message that says what to do is split', () => {
    const error = new KeepupError('database-corrupt', '/a.db is damaged.\nKeep a copy of it.')
    expect(errorLines(error, false)).toBe('error: /a.db is damaged\nfix: Keep a copy of it.\n')
  })

  test('a key that is missing is named first', () => {
    const details = { variable: 'A_KEY' }
    const error = new KeepupError('model-key-missing', 'a/b needs A_KEY. Keys are described at https://a.', {
      details,
    })
    expect(errorLines(error, false)).toBe(
      'error: a/b needs A_KEY\nfix: set A_KEY. Keys are described at https://a.\n',
    )
  })

  test('where none is known, the table has one', () => {
    expect(errorLines(new KeepupError('lease-held', 'it is held'), false)).toContain(
      'fix: wait until it ends',
    )
  })

  test('errors of the system keep their meaning', () => {
    const error = Object.assign(new Error("EACCES: permission denied, mkdir '/x'"), { code: 'EACCES' })
    expect(reportError(error)).toMatchObject({ exit: 'store', what: "EACCES: permission denied, mkdir '/x'" })
  })

  test('a stack is shown only where it was asked for', () => {
    const error = new TypeError('x is not a function')
    expect(errorLines(error, false)).not.toContain('    at ')
    expect(errorLines(error, true)).toContain('    at ')
    expect(reportError('thrown').what).toBe('unexpected: thrown')
  })

  test('what a server says in it cannot move the cursor', () => {
    const error = new KeepupError('model-failed', 'It says \u001B]0;title\u0007\u001B[2J.')
    for (const character of '\u001B\u0007') expect(errorLines(error, true)).not.toContain(character)
  })

  test('codes without a number of their own exit as failed', () => {
    expect(errorExit('internal')).toBe('failed')
  })
})

test.each([
  ['18.20.4', true],
  ['20.19.0', true],
  ['22.17.1', true],
  ['22.18.0', false],
  ['24.0.0', false],
])('Node %s is too old: %s', (version, tooOld) => {
  expect(nodeComplaint(version)?.includes(version) ?? false).toBe(tooOld)
})
