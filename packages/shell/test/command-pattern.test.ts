import { describe, expect, test } from 'vitest'

import { commandPattern, developerPatterns, matchesCommandPattern } from '../src/index.ts'
import { nowhere } from './shared-corpus.ts'

function matches(pattern: string, command: string): boolean {
  return matchesCommandPattern(command.split(' '), commandPattern(pattern), nowhere)
}

describe('a pattern of whole commands', () => {
  test('fits exactly what it says, and nothing more', () => {
    expect(matches('npm run (build|lint|test)', 'npm run lint')).toBe(true)
    for (const command of [
      'npm run',
      'npm run lint x',
      'npm run lin',
      'xnpm run lint',
      'npm run deploy',
      'npm run lint --x',
    ])
      expect(matches('npm run (build|lint|test)', command)).toBe(false)
  })

  test('takes choices of several words, missing ones and repeated ones', () => {
    const pattern = 'pytest (-q|-k <text>|<path>)* (--version)?'
    for (const command of ['pytest', 'pytest -q', 'pytest -k fast -q tests', 'pytest tests --version'])
      expect(matches(pattern, command)).toBe(true)
    for (const command of ['pytest -k', 'pytest -k -q', 'pytest --version --version', 'pytest -x'])
      expect(matches(pattern, command)).toBe(false)
  })

  test('has slots that take no option, and paths only of the workspace that are no secret', () => {
    expect(matches('x <path>', 'x src/a.ts')).toBe(true)
    for (const path of ['-f', '../a', '/etc/passwd', '.env', 'a/id_rsa', '@file', '+x'])
      expect(matches('x <path>', `x ${path}`)).toBe(false)
    expect(matches('x <file>', 'x init')).toBe(false)
    expect(matches('x <file>', 'x a.ts')).toBe(true)
    expect(matches('x --depth=<number>', 'x --depth=3')).toBe(true)
    expect(matches('x --depth=<number>', 'x --depth=a')).toBe(false)
    expect(matches('x <name>', 'x @acme/core')).toBe(true)
    expect(matches('x <name>', 'x a;b')).toBe(false)
  })

  test('takes nothing literally that is a sign of another language', () => {
    expect(matches('go test ./...', 'go test ./...')).toBe(true)
    expect(matches('go test ./...', 'go test ./abc')).toBe(false)
    expect(matches('a.b+c', 'aXbbc')).toBe(false)
  })

  test('is told from a command in few steps, in however many ways it might fit', () => {
    const words = `x ${'a '.repeat(60)}c`
    for (const pattern of [
      `x ${'(a)* '.repeat(30)}b`,
      `x ${'(a|a a|<name>)* '.repeat(20)}b`,
      `x ${'('.repeat(10)}a${')*'.repeat(10)} b`,
      `x (a|(a|(a a|a)*)* (a|a)*)* b`,
    ]) {
      expect(matches(pattern, words)).toBe(false)
      expect(matches(pattern.replace(/b$/, 'c'), words)).toBe(true)
    }
  })

  test('hands nothing to a shell that one would look into', () => {
    for (const word of ['a b', 'it is $', 'a`b`', 'a\\b', 'a"b', '$(touch p)'])
      expect(matchesCommandPattern(['x', word], commandPattern('x <argument>'), nowhere)).toBe(word === 'a b')
    expect(matches('x <argument-file>', 'x src/a.test.ts')).toBe(true)
    for (const file of ['src/$(id).ts', 'src/`id`.ts', '../a.ts', '.env', '-a.ts'])
      expect(matches('x <argument-file>', `x ${file}`)).toBe(false)
    for (const text of ['foo and not bar', 'not (slow or (db and a.b))', 'test_a[1-2]', '(a)'])
      expect(matchesCommandPattern(['x', text], commandPattern('x <expression>'), nowhere)).toBe(true)
    for (const text of ['f()', 'a and f ()', '__import__("os")', 'a; b', '(a)(b)', 'x.y (z)'])
      expect(matchesCommandPattern(['x', text], commandPattern('x <expression>'), nowhere)).toBe(false)
    expect(matches('x <count>', 'x 16')).toBe(true)
    expect(matches('x <count>', 'x 1000')).toBe(false)
    expect(matches('x <field>', 'x .a.b[0]')).toBe(true)
    for (const field of ['env', '.a|env', '$ENV', '.']) expect(matches('x <field>', `x ${field}`)).toBe(false)
  })

  test('fits no word that cannot be known', () => {
    expect(matchesCommandPattern(['x', undefined], commandPattern('x <text>'), nowhere)).toBe(false)
  })

  test.each(['npm (run', 'npm run)', '', 'x <nothing>', 'x ()', 'x (a|)', '(a'])(
    '%j cannot be read, and says why',
    (pattern) => {
      expect(() => commandPattern(pattern)).toThrow(
        expect.objectContaining({ code: 'configuration-invalid' }),
      )
    },
  )

  test('is what the developer profile is made of', () => {
    expect(developerPatterns.map(commandPattern).length).toBeGreaterThan(30)
  })
})
