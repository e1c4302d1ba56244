import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { jsonSchema } from '@keepup/core/json-schema'
import { deletions } from '@keepup/vitest/batteries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { commandExplainer, permissionPolicy, type PermissionRule, readRules } from '../src/index.ts'
import { guardedCall, shellCall } from './guarded-call.ts'

const root = '/workspace'

function decisionOn(rule: PermissionRule, effect: string): string {
  return permissionPolicy({ root, home: '/home/ada', rules: [{ source: 'rules', rules: [rule] }] })(
    guardedCall({ mode: 'yolo', effects: [effect] }),
  ).type
}

/** Whether a rule that denies a pattern denies an effect (`yes`), asks about it (`maybe`), or says nothing. */
function match(pattern: string, effect: string): 'yes' | 'maybe' | 'no' {
  if (decisionOn({ decision: 'deny', effect: pattern }, effect) === 'deny') return 'yes'
  const rule: PermissionRule = { decision: 'deny', effect: pattern }
  const rules = [{ source: 'rules', rules: [{ decision: 'allow', tool: '*' } as const, rule] }]
  const decide = permissionPolicy({ root, home: '/home/ada', rules })
  return decide(guardedCall({ mode: 'auto', effects: [effect] })).type === 'ask' ? 'maybe' : 'no'
}

describe('patterns of effects', () => {
  test.each([
    ['write:src/**', 'write:/workspace/src/a/b', 'yes'],
    ['write:src/**', 'write:/workspace/src', 'yes'],
    ['write:src/**', 'write:/workspace/src2/a', 'no'],
    ['write:src/**', 'write:/workspace/src/../a', 'no'],
    ['write:src/../b', 'write:/workspace/b', 'yes'],
    ['write:../x/**', 'write:/x/y', 'yes'],
    ['write:src/*', 'write:/workspace/src/a', 'yes'],
    ['write:src/*', 'write:/workspace/src/a/b', 'no'],
    ['write:src/*.ts', 'write:/workspace/src/.ts', 'yes'],
    ['write:s?c/a', 'write:/workspace/src/a', 'yes'],
    ['write:s?c/a', 'write:/workspace/s/c/a', 'no'],
    ['write:**/a/**/b', 'write:/x/a/b', 'yes'],
    ['write:**/a/**/b', 'write:/a/x/y/b', 'yes'],
    ['write:**/.env', 'write:/workspace/.env', 'yes'],
    ['write:**/.env', 'write:/.env', 'yes'],
    ['write:src/**', 'write:*', 'maybe'],
    ['write:**', 'write:*', 'maybe'],
    ['write:src/**', 'write:/workspace/**', 'maybe'],
    ['write:src/**', 'write:/workspace/src/**', 'yes'],
    ['write:src/**', 'write:/workspace/src/a/**', 'yes'],
    ['write:src/**', 'write:/workspace/doc/**', 'no'],
    ['write:src/*.ts', 'write:/workspace/src/**', 'maybe'],
    ['write:**/*.ts', 'write:/workspace/src/**', 'maybe'],
    ['write:src/??????????????', 'write:/workspace/src/**', 'maybe'],
    ['write:!src/**', 'write:/workspace/doc', 'yes'],
    ['write:!src/**', 'write:/workspace/src/a', 'no'],
    ['write:!src/**', 'write:/workspace/**', 'maybe'],
    ['write:!src/**', 'write:*', 'maybe'],
    ['write:~/x', 'write:/home/ada/x', 'yes'],
    ['write:~', 'write:/home/ada', 'yes'],
    ['write:~x', 'write:/workspace/~x', 'yes'],
    ['write:src/**', 'delete:/workspace/src/a', 'no'],
    ['*:src/**', 'delete:/workspace/src/a', 'yes'],
    ['read:e\u0301', 'read:/workspace/\u00e9', 'yes'],
    ['net:a.test', 'net:a.test', 'yes'],
    ['net:a.test', 'net:A.test.:8080', 'yes'],
    ['net:a.test', 'net:b.a.test', 'no'],
    ['net:*.a.test', 'net:b.a.test', 'yes'],
    ['net:*.a.test', 'net:evila.test', 'no'],
    ['net:**', 'net:x', 'yes'],
    ['net:a.test', 'net:*', 'maybe'],
    ['net:[::1]', 'net:[::1]:80', 'yes'],
    ['input:**', 'input:keyboard', 'yes'],
    ['input:key*', 'input:*', 'maybe'],
    ['exec:r?', 'exec:/bin/rm x', 'yes'],
    ['exec:rm', 'exec:*', 'maybe'],
    ['*:**', 'net:x', 'yes'],
  ] as const)('%s on %s: %s', (pattern, effect, said) => {
    expect(match(pattern, effect)).toBe(said)
  })

  test('an allowance takes no more than its pattern', () => {
    const allows = (effect: string, touched: string) =>
      permissionPolicy({ root, rules: [{ source: 'rules', rules: [{ decision: 'allow', effect }] }] })(
        guardedCall({ effects: [touched] }),
      ).type
    expect(allows('write:src/**', 'write:/workspace/src/a/**')).toBe('allow')
    for (const touched of [
      'write:/workspace/**',
      'write:*',
      'write:/workspace/srcs',
      'delete:/workspace/src/a',
    ]) {
      expect(allows('write:src/**', touched)).toBe('ask')
    }
    expect(allows('write:src/*', 'write:/workspace/src/**')).toBe('ask')
    expect(allows('write:src/**/*', 'write:/workspace/src/**')).toBe('allow')
    expect(allows('write:**', 'write:*')).toBe('allow')
    expect(allows('net:*', 'net:*')).toBe('allow')
    expect(allows('write:~/x', 'write:/home/ada/x')).toBe('ask')
  })
})

describe('commands that are denied', () => {
  const decide = (rule: Omit<PermissionRule, 'decision'>, command: string) =>
    permissionPolicy({
      root,
      rules: [
        {
          source: 'r',
          rules: [
            { decision: 'deny', ...rule },
            { decision: 'allow', tool: '*' },
          ],
        },
      ],
    })(shellCall(command)).type
  test.each([
    ['git push', 'git push origin main', 'deny'],
    ['git push', 'git -C x push', 'deny'],
    ['git push', 'git --no-pager --git-dir=x push', 'deny'],
    ['git push', '/usr/bin/GIT push', 'deny'],
    ['git push', 'git status', 'ask'],
    ['git push', 'git $X', 'ask'],
    ['npm publish', 'npm run publish', 'allow'],
    ['npm (publish|unpublish)', 'npm unpublish x --force', 'deny'],
    ['npm (publish|unpublish)', 'npm --force publish', 'deny'],
    ['npm publish', 'echo npm publish', 'allow'],
    ['curl *', 'curl x.test', 'deny'],
    ['k*', 'kubectl get', 'deny'],
  ])('%s, and %s: %s', (command, typed, said) => {
    const prefix = /[(|]/.test(command) ? {} : { prefix: true }
    const said2 = decide({ command, ...prefix }, typed)
    // git runs what repositories configure, which may be anything: at least a question.
    expect(said === 'ask' ? ['ask', 'allow'] : [said]).toContain(said2)
    if (typed.includes('$')) expect(said2).toBe('ask')
  })
})

describe('files of rules', () => {
  const file = join(import.meta.dirname, '../permissions.schema.json')
  const schema = jsonSchema<unknown>(
    JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof jsonSchema>[0],
  )
  const fits = async (value: unknown) => {
    const result = await schema['~standard'].validate(value)
    return result.issues === undefined
  }
  const reads = (value: unknown) => {
    try {
      return readRules(value, 'f.json') !== undefined
    } catch {
      return false
    }
  }

  test.each([
    [{}],
    [{ $schema: 'x', rules: [] }],
    [
      {
        order: 'last-match',
        rules: [{ decision: 'ask', tool: '*' }],
        guards: [{ decision: 'deny', effect: 'net:**' }],
      },
    ],
    [{ rules: [{ decision: 'allow', command: 'npm run (a|b)', reason: 'mine', tool: 'shell' }] }],
    [{ rules: [{ decision: 'allow', command: 'npm run', prefix: true }] }],
  ])('%j is read, and fits the schema', async (value) => {
    expect({ read: reads(value), fits: await fits(value) }).toEqual({ read: true, fits: true })
  })

  test.each([
    [[], 'f.json: is []'],
    [{ rule: [] }, 'f.json#/rule: is an unknown key'],
    [{ order: 'first' }, 'f.json#/order: is "first"'],
    [{ rules: {} }, 'f.json#/rules: is {}'],
    [{ rules: [5] }, 'f.json#/rules/0: is 5'],
    [{ rules: [{ decision: 'yes', tool: 'x' }] }, 'f.json#/rules/0/decision: is "yes"'],
    [{ rules: [{ decision: 'deny' }] }, 'f.json#/rules/0: speaks of nothing'],
    [{ rules: [{ decision: 'deny', tool: ' ' }] }, 'f.json#/rules/0/tool: is " "'],
    [{ rules: [{ decision: 'deny', tool: 'x'.repeat(3000) }] }, 'f.json#/rules/0/tool: is "xxx'],
    [{ rules: [{ decision: 'deny', tool: 'x', when: 1 }] }, 'f.json#/rules/0/when: is an unknown key'],
    [{ rules: [{ decision: 'deny', effect: 'erase:x' }] }, 'f.json#/rules/0/effect: is "erase:x"'],
    [
      { rules: [{ decision: 'deny', effect: 'read:x', command: 'y' }] },
      'f.json#/rules/0: speaks of an effect and',
    ],
    [{ rules: [{ decision: 'deny', tool: 'x', prefix: true }] }, 'f.json#/rules/0/prefix: is true'],
    [{ guards: [{ decision: 'allow', tool: 'x' }] }, 'f.json#/guards/0: allows'],
  ])('%j is refused: %s', async (value, message) => {
    expect(() => readRules(value, 'f.json')).toThrow(message)
    expect(await fits(value)).toBe(false)
  })

  test.each([
    [{ command: 'a (b' }, /#\/rules\/0\/command/],
    [{ command: 'a <what>' }, /no slot <what>/],
    [{ command: 'a (b|c)', prefix: true }, /is "a \(b\|c\)"/],
  ])('the pattern %j is refused', (rule, message) => {
    expect(() => readRules({ rules: [{ decision: 'allow', ...rule }] }, 'f.json')).toThrow(message)
  })

  test('a file may not be endless', () => {
    const rules = Array.from({ length: 10_001 }, () => ({ decision: 'deny', tool: 'x' }))
    expect(() => readRules({ rules }, 'f.json')).toThrow('has 10001 rules')
  })
})

describe('attacks', () => {
  test('patterns do not backtrack, whatever they are', () => {
    const stars = `${'*a'.repeat(500)}b`
    const rules: readonly PermissionRule[] = [
      { decision: 'deny', tool: stars },
      { decision: 'deny', effect: `write:${'**/a*a/'.repeat(200)}b` },
      { decision: 'deny', effect: `net:*.${'a.'.repeat(400)}` },
      { decision: 'deny', command: `x ${stars}`, prefix: true },
      { decision: 'deny', command: `x ${'(-a|-b c|<name>)* '.repeat(3)}b` },
      { decision: 'deny', command: `x ${'(a|<name>|a (a|<name>)*)* '.repeat(12)}b` },
    ]
    const decide = permissionPolicy({ root, rules: [{ source: 'r', rules }] })
    const deep = `/${'aaaa/'.repeat(400)}c`
    const call = guardedCall({
      tool: 'a'.repeat(1000),
      mode: 'yolo',
      effects: [`write:${deep}`, `write:${deep}/**`],
    })
    expect(decide(call).type).toBe('allow')
    expect(decide(shellCall(`x ${'a'.repeat(2000)}`, 'yolo')).type).toBe('allow')
    expect(['allow', 'ask']).toContain(decide(shellCall(`x ${'a '.repeat(30)}`, 'yolo')).type)
  }, 20_000)

  test('many rules are many rules', () => {
    const rules: PermissionRule[] = Array.from({ length: 10_000 }, (_, index) => ({
      decision: index === 9_999 ? 'deny' : 'allow',
      effect: `write:${index % 2 === 0 ? `dir${index}/**` : `**/*.x${index}`}`,
    }))
    const decide = permissionPolicy({ root, rules: [{ source: 'r', rules }] })
    expect(decide(guardedCall({ effects: ['write:/workspace/a.x9999'] })).type).toBe('deny')
    expect(decide(guardedCall({ effects: ['write:/workspace/dir8/a'] })).type).toBe('allow')
  })

  test('odd text is never allowed by a name', () => {
    const rules: readonly PermissionRule[] = [
      { decision: 'allow', command: 'ls', prefix: true },
      { decision: 'deny', command: 'rm', prefix: true },
    ]
    const explain = commandExplainer({ rules: [{ source: 'r', rules }] }, { root })
    const odd = [
      'ls\u00A0x',
      'ls\u200Bx',
      'ls x\rrm y',
      'ls \u202Ex',
      'ls\uFEFF',
      'l\u0455',
      'ls \\\nx; rm y',
      'ls \uD800',
    ]
    for (const command of odd) expect(explain(command).decision).not.toBe('allow')
  })

  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('*', '**', '/**', '..', '~', '!'),
  )
  const rule = fc.record({
    decision: fc.constantFrom('allow' as const, 'ask' as const, 'deny' as const),
    effect: fc
      .tuple(fc.constantFrom('read', 'write', 'net', 'exec', '*'), text)
      .map(([kind, target]) => `${kind}:x${target}`),
  })

  test('whatever rules and calls are, there is a decision, the same each time', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), text, text, (rules, target, command) => {
        const decide = permissionPolicy({ root, rules: [{ source: 'r', rules }] })
        for (const call of [
          guardedCall({ effects: [`read:${target}`, `net:${target}`] }),
          shellCall(command),
        ]) {
          expect(['allow', 'ask', 'deny']).toContain(decide(call).type)
          expect(decide(call)).toEqual(decide(call))
        }
      }),
    )
  })

  test('a rule that denies or asks never makes a call freer, one that allows never stricter', () => {
    const rank = { allow: 0, ask: 1, deny: 2 }
    const commands = fc.constantFrom(...deletions, 'ls', 'npm test', 'cat a > b', 'git push', '$X')
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 6 }), rule, commands, (rules, more, command) => {
        const said = (list: readonly PermissionRule[]) =>
          rank[commandExplainer({ rules: [{ source: 'r', rules: list }] }, { root })(command).decision]
        const [before, after] = [said(rules), said([...rules, more])]
        if (more.decision === 'allow') expect(after).toBeLessThanOrEqual(before)
        else expect(after).toBeGreaterThanOrEqual(before)
      }),
    )
  })
})
