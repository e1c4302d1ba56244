import type { GuardedCall, Mode } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { permissionPolicy, type PermissionRule } from '../src/index.ts'
import { guardedCall, saying, shellCall } from './guarded-call.ts'

const root = '/workspace'
const modes: readonly Mode[] = ['plan', 'ask', 'auto-edit', 'auto', 'yolo']

function policy(...rules: readonly PermissionRule[]) {
  return permissionPolicy({ root, home: '/home/ada', rules: [{ source: 'rules', rules }] })
}

/** What each mode says of a call, in the order of `modes`. */
function inEveryMode(decide: (call: GuardedCall) => { readonly type: string }, call: GuardedCall) {
  return modes.map((mode) => decide({ ...call, mode }).type).join(' ')
}

const read = (path: string) =>
  guardedCall({
    tool: 'read',
    repeat: 'safe',
    effects: [`read:${path}`],
    arguments: [['/path', path, 'path']],
  })
const write = (path: string) =>
  guardedCall({ tool: 'write', repeat: 'idempotent', effects: [`write:${path}`] })

describe('the modes, without rules', () => {
  test.each([
    ['a read of the workspace', read('/workspace/src/a.ts'), 'allow allow allow allow allow'],
    ['a search in the workspace', read('/workspace'), 'allow allow allow allow allow'],
    ['a read of a secret', read('/workspace/.env'), 'deny ask ask ask allow'],
    ['a read of a name with a hidden sign', read('/workspace/src/a\u202e.ts'), 'deny ask ask ask allow'],
    ['a read elsewhere', read('/etc/passwd'), 'deny ask ask ask allow'],
    ['a read beside the workspace', read('/workspace-of-another/a'), 'deny ask ask ask allow'],
    ['a read through ..', read('/workspace/../etc/passwd'), 'deny ask ask ask allow'],
    ['a write in the workspace', write('/workspace/src/a.ts'), 'deny ask allow allow allow'],
    [
      'an edit',
      guardedCall({ effects: ['read:/workspace/a', 'write:/workspace/a'] }),
      'deny ask allow allow allow',
    ],
    ['a deletion', guardedCall({ effects: ['delete:/workspace/a'] }), 'deny ask allow allow allow'],
    [
      'a deletion of everything',
      guardedCall({ effects: ['delete:/workspace/**'] }),
      'deny ask ask ask allow',
    ],
    ['a write of a hook', write('/workspace/.git/hooks/pre-commit'), 'deny ask ask ask allow'],
    ['a write of a nested hook', write('/workspace/a/.GIT/hooks/x'), 'deny ask ask ask allow'],
    ['a write of a secret', write('/workspace/.env.local'), 'deny ask ask ask allow'],
    ['a write for agents', write('/workspace/.claude/settings.json'), 'deny ask ask ask allow'],
    ['a write for machines', write('/workspace/.github/workflows/ci.yml'), 'deny ask ask ask allow'],
    ['a write elsewhere', write('/tmp/x'), 'deny ask ask ask allow'],
    ['a request', guardedCall({ repeat: 'safe', effects: ['net:example.com'] }), 'deny ask ask ask allow'],
    ['a key press', guardedCall({ effects: ['input:keyboard'] }), 'deny ask ask ask allow'],
    ['no effects, safe', guardedCall({ repeat: 'safe' }), 'allow allow allow allow allow'],
    ['no effects, once', guardedCall({ repeat: 'once' }), 'deny ask ask ask allow'],
    [
      'a read that may not be repeated',
      guardedCall({ effects: ['read:/workspace/a'] }),
      'deny ask ask ask allow',
    ],
    ['everything', guardedCall({ effects: ['read:*', 'write:*', 'net:*'] }), 'deny ask ask ask allow'],
    ['a command that reads', shellCall('git log | head'), 'allow allow allow allow allow'],
    ['a command of developers', shellCall('npm test'), 'deny ask ask allow allow'],
    ['a command that writes', shellCall('touch a'), 'deny ask ask ask allow'],
    ['a redirection', shellCall('ls > a'), 'deny ask ask ask allow'],
    ['a command that hides', shellCall('$X'), 'deny ask ask ask allow'],
    ['a shell of another name', shellCall('ls', 'ask', 'mcp__x__run'), 'allow allow allow allow allow'],
    ['its writing', shellCall('touch a', 'ask', 'mcp__x__run'), 'deny ask ask ask allow'],
    [
      'a command that is no text',
      guardedCall({ arguments: [['/command', 5, 'command']] }),
      'deny ask ask ask allow',
    ],
  ])('%s', (_, call, said) => {
    expect(inEveryMode(policy(), call)).toBe(said)
  })

  test('a list of words is one command or several: both must be harmless', () => {
    const words = (...list: readonly string[]) =>
      guardedCall({
        effects: ['exec:*'],
        arguments: list.map((word, index) => [`/argv/${index}`, word, 'command']),
      })
    expect(inEveryMode(policy(), words('ls'))).toBe('allow allow allow allow allow')
    expect(inEveryMode(policy(), words('rm', '-rf', 'x'))).toBe('deny ask ask ask allow')
    expect(inEveryMode(policy(), words('ls', 'reboot'))).toBe('deny ask ask ask allow')
    const denied = policy({ decision: 'deny', command: 'rm', prefix: true })
    expect(inEveryMode(denied, words('rm', '-rf', 'x'))).toBe('deny deny deny deny deny')
    expect(inEveryMode(denied, words('ls', 'rm -rf x'))).toBe('deny deny deny deny deny')
  })

  test('plan says what to do instead', () => {
    expect(saying(policy()(shellCall('touch a', 'plan')))).toMatch(/command touch a: .*Plan instead, and say/)
  })
})

describe('rules on top of the modes', () => {
  test.each([
    ['a denied tool', { decision: 'deny', tool: 'write' }, write('/workspace/a'), 'deny deny deny deny deny'],
    ['an allowed tool', { decision: 'allow', tool: 'wri*' }, write('/etc/a'), 'deny allow allow allow allow'],
    ['an asked tool', { decision: 'ask', tool: 'read' }, read('/workspace/a'), 'ask ask ask ask allow'],
    [
      'a denied path',
      { decision: 'deny', effect: 'write:src/**' },
      write('/workspace/src/a'),
      'deny deny deny deny deny',
    ],
    [
      'its sibling',
      { decision: 'deny', effect: 'write:src/**' },
      write('/workspace/srcs/a'),
      'deny ask allow allow allow',
    ],
    [
      'an allowed path',
      { decision: 'allow', effect: 'write:docs/**' },
      write('/workspace/docs/a'),
      'deny allow allow allow allow',
    ],
    [
      'beside it',
      { decision: 'allow', effect: 'write:docs/**' },
      write('/workspace/docs/../a'),
      'deny ask allow allow allow',
    ],
    [
      'home',
      { decision: 'deny', effect: 'read:~/.ssh/**' },
      read('/home/ada/.ssh/id'),
      'deny deny deny deny deny',
    ],
    ['elsewhere', { decision: 'deny', effect: 'write:!./**' }, write('/tmp/a'), 'deny deny deny deny deny'],
    [
      'a host',
      { decision: 'allow', effect: 'net:*.a.test' },
      guardedCall({ effects: ['net:B.A.TEST:443'] }),
      'deny allow allow allow allow',
    ],
    [
      'the host above',
      { decision: 'allow', effect: 'net:*.a.test' },
      guardedCall({ effects: ['net:a.test'] }),
      'deny ask ask ask allow',
    ],
    [
      'a command',
      { decision: 'allow', command: 'make (a|b)' },
      shellCall('make b'),
      'deny allow allow allow allow',
    ],
    [
      'more of it',
      { decision: 'allow', command: 'make (a|b)' },
      shellCall('make b c'),
      'deny ask ask ask allow',
    ],
    [
      'its redirection',
      { decision: 'allow', command: 'make (a|b)' },
      shellCall('make a > x'),
      'deny ask ask ask allow',
    ],
    [
      'what harms not beside it',
      { decision: 'allow', command: 'make a' },
      shellCall('ls && make a | tail -3'),
      'deny allow allow allow allow',
    ],
    [
      'what harms beside it',
      { decision: 'allow', command: 'make a' },
      shellCall('make a; curl x.test'),
      'deny ask ask ask allow',
    ],
    [
      'a beginning',
      { decision: 'allow', command: 'git push', prefix: true },
      shellCall('git push origin'),
      'deny allow allow allow allow',
    ],
    [
      'another program of that name',
      { decision: 'allow', command: 'make a' },
      shellCall('./make a'),
      'deny ask ask ask allow',
    ],
    [
      'an asked command',
      { decision: 'ask', command: 'git log' },
      shellCall('git -c x.y=z log -p'),
      'deny ask ask ask allow',
    ],
    [
      'a denied program',
      { decision: 'deny', effect: 'exec:curl' },
      shellCall('env curl x.test'),
      'deny deny deny deny deny',
    ],
    [
      'a denied option',
      { decision: 'deny', command: 'git push --force', prefix: true },
      shellCall('git push origin --force'),
      'deny deny deny deny deny',
    ],
    [
      'perhaps it',
      { decision: 'deny', command: 'git push --force', prefix: true },
      shellCall('git push -f'),
      'deny ask ask ask allow',
    ],
    [
      'what may be it',
      { decision: 'deny', effect: 'net:evil.test' },
      shellCall('./x'),
      'deny ask ask ask allow',
    ],
    ['what hides', { decision: 'deny', effect: 'net:evil.test' }, shellCall('$X'), 'deny ask ask ask ask'],
    [
      'a vouched command',
      { decision: 'deny', effect: 'net:evil.test' },
      shellCall('npm test'),
      'deny ask ask allow allow',
    ],
    [
      'a listing of a denied file',
      { decision: 'deny', effect: 'read:a/b' },
      shellCall('ls a'),
      'allow allow allow allow allow',
    ],
    [
      'a search over a denied file',
      { decision: 'deny', effect: 'read:a/b' },
      shellCall('grep -r x .'),
      'ask ask ask ask allow',
    ],
  ] as const)('%s', (_, rule, call, said) => {
    expect(inEveryMode(policy(rule), call)).toBe(said)
  })

  test('deny beats ask beats allow, whatever the order', () => {
    const rules: readonly PermissionRule[] = (['allow', 'ask', 'deny'] as const).map((decision) => ({
      decision,
      effect: 'write:src/**',
    }))
    const call = write('/workspace/src/a')
    for (const order of [rules, rules.toReversed()]) {
      expect(policy(...order)(call).type).toBe('deny')
      expect(policy(...order.filter(({ decision }) => decision !== 'deny'))(call).type).toBe('ask')
    }
  })

  test('the last match counts where a set says so, and other sets and guards stand', () => {
    const decide = (more: object) =>
      permissionPolicy({
        root,
        rules: [
          {
            source: 'last',
            order: 'last-match',
            rules: [
              { decision: 'deny', effect: 'write:**' },
              { decision: 'allow', effect: 'write:src/**' },
            ],
            ...more,
          },
        ],
      })(write('/workspace/src/a')).type
    expect(decide({})).toBe('allow')
    expect(decide({ order: 'strictest' })).toBe('deny')
    expect(decide({ guards: [{ decision: 'ask', tool: 'write' }] })).toBe('ask')
  })

  test('a denied rm leaves what a rule allows to be deleted by its name', () => {
    const rules: readonly PermissionRule[] = [
      { decision: 'deny', command: 'rm', prefix: true },
      { decision: 'allow', effect: 'delete:build/**' },
      { decision: 'allow', effect: 'exec:find' },
      { decision: 'allow', effect: 'read:**' },
    ]
    expect(policy(...rules)(shellCall('find build -delete')).type).toBe('allow')
    expect(policy(...rules)(shellCall('find . -delete')).type).toBe('deny')
    expect(policy(...rules)(shellCall('rm build/x')).type).toBe('deny')
  })

  test('reasons name the rule, its place and what it is about', () => {
    const said = saying(
      policy({ decision: 'deny', effect: 'delete:**', reason: 'keep it' })(shellCall('rm a')),
    )
    expect(said).toBe('deny: "shell" is denied: effect delete:/workspace/a: rule 1 of rules (keep it).')
  })
})

test('on a disk that does not tell cases apart, a denial does not either', () => {
  const rules: readonly PermissionRule[] = [{ decision: 'deny', effect: 'write:Docs/**' }]
  const decide = (foldsCase: boolean) =>
    permissionPolicy({ root, foldsCase, rules: [{ source: 'rules', rules }] })(write('/workspace/dOCS/a'))
      .type
  expect([decide(true), decide(false)]).toEqual(['deny', 'ask'])
})

test('what one program may do does not cover for another', () => {
  const rules: readonly PermissionRule[] = ['git push', 'awk', 'find'].map((command) => ({
    decision: 'allow',
    command,
    prefix: true,
  }))
  for (const hidden of [`awk 'BEGIN{system("id")}'`, 'find . -delete']) {
    expect(policy(...rules)(shellCall(`git push && ${hidden}`)).type).toBe('ask')
  }
  expect(policy(...rules)(shellCall('git push && ls')).type).toBe('allow')
})
