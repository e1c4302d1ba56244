import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { shellTool } from '@keepup/toolkit'
import { describe, expect, test, vi } from 'vitest'

import { openApprovedCalls } from '../src/permissions/open-permissions.ts'
import { runInProcess, type World } from './run-in-process.ts'
import { keepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

function put(home: string, name: string, content: unknown): string {
  const path = join(home, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const userRules = '.config/keepup/permissions.json'
const denyRm = { decision: 'deny', command: 'rm', prefix: true, reason: 'use trash' }
const allowAll = { decision: 'allow', tool: 'shell' }

async function explain(home: string, words: readonly string[], world: Partial<World> = {}) {
  const printed = await runInProcess(['permissions', 'explain', ...words], { home, ...world })
  const lines = printed.stdout.split('\n').filter((line) => line.startsWith('{'))
  return { ...printed, answers: lines.map((line) => JSON.parse(line) as Explained) }
}

interface Explained {
  readonly decision: string
  readonly effects: readonly string[]
  readonly reasons: readonly string[]
}

describe('permissions explain', () => {
  test('prints exactly one line with decision, effects and reasons, and exits 0 whatever it is', async () => {
    const home = temporaryFolder()
    put(home, userRules, { rules: [denyRm, allowAll] })
    const { code, stdout, stderr, answers } = await explain(home, ['--json', '--', 'bash -c "rm victim"'])
    expect({ code, stderr, lines: stdout.split('\n').length }).toEqual({ code: 0, stderr: '', lines: 2 })
    expect(answers).toEqual([
      {
        decision: 'deny',
        effects: [`delete:${home}/victim`, 'exec:bash', 'exec:rm'],
        reasons: expect.arrayContaining([
          'command rm victim: rule 1 of ~/.config/keepup/permissions.json (use trash)',
          `effect delete:${home}/victim: rule 1 of ~/.config/keepup/permissions.json (use trash)`,
        ]),
      },
    ])
    expect(Object.keys(answers[0] ?? {})).toEqual(['decision', 'effects', 'reasons'])
  })

  test.each([
    [['--profile', 'read-only'], 'git log --oneline -n 3', 'allow'],
    [['--profile', 'read-only'], 'npm test', 'ask'],
    [['--profile', 'developer'], 'npm test', 'allow'],
    [['--profile', 'developer'], 'npm test > out', 'ask'],
    [['--mode', 'plan'], 'npm test', 'deny'],
    [['--mode', 'ask'], 'ls', 'allow'],
    [['--mode', 'auto'], 'npm test', 'allow'],
    [['--mode', 'yolo'], 'npm publish', 'allow'],
    [[], 'npm test', 'ask'],
  ])('by %j, %s: %s', async (words, command, decision) => {
    const { code, answers } = await explain(temporaryFolder(), [...words, '--json', '--', command])
    expect({ code, decision: answers[0]?.decision }).toEqual({ code: 0, decision })
  })

  test('takes the words of a command apart too, a folder that is not there, and tells people', async () => {
    const home = temporaryFolder()
    const { answers } = await explain(home, ['--json', '--cwd', '/no/such', '--', 'cat', 'a b'])
    expect(answers[0]).toMatchObject({ decision: 'allow', effects: ['exec:cat', 'read:/no/such/a b'] })
    const { stdout } = await explain(home, ['--', 'touch x'])
    expect(stdout).toMatch(/^ask\nbecause\n {2}command touch x: .*\n[^]*it may\n[^]* {2}write:/)
  })

  test('reads the rules of others from a file, and takes nothing from this project with them', async () => {
    const home = temporaryFolder()
    put(home, userRules, { rules: [{ decision: 'deny', tool: '*' }] })
    put(home, 'settings.json', { permissions: { allow: ['Bash'], deny: ['Bash(rm:*)'] } })
    put(home, 'p.toml', '[[rule]]\ntoolName = "run_shell_command"\ncommandPrefix = "rm"\ndecision = "deny"')
    for (const [file, command, decision] of [
      ['settings.json', 'echo hi', 'allow'],
      ['settings.json', '/bin/rm x', 'deny'],
      ['p.toml', 'rm x', 'deny'],
      ['p.toml', 'echo hi', 'ask'],
    ] as const) {
      const { answers } = await explain(home, ['--rules', file, '--json', '--', command])
      expect(answers[0]?.decision, `${file}: ${command}`).toBe(decision)
    }
  })

  test('answers every line of a batch in order, whatever the line is', async () => {
    const lines = [
      '{"command":"ls"}',
      '',
      '{bad',
      '{"command":5}',
      '[]',
      '{"command":"rm x"}',
      '{"command":"ls"}',
    ]
    const { code, answers } = await explain(temporaryFolder(), ['--profile', 'read-only', '--batch'], {
      input: lines.join('\r\n'),
    })
    expect(code).toBe(0)
    expect(answers.map(({ decision }) => decision)).toEqual([
      'allow',
      'ask',
      'ask',
      'ask',
      'ask',
      'ask',
      'allow',
    ])
    expect(answers.every(({ reasons, decision }) => decision === 'allow' || reasons.length > 0)).toBe(true)
  })

  test('streams a batch: an answer is there before the next line is', async () => {
    const home = temporaryFolder()
    const many = Array.from({ length: 3_000 }, (_, index) => `{"command":"cat f${index}"}\n`).join('')
    const ran = await keepup(['permissions', 'explain', '--profile', 'read-only', '--batch'], {
      home,
      input: many,
    })
    expect(ran.code).toBe(0)
    const effects = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Explained).effects[1])
    expect(effects).toEqual(Array.from({ length: 3_000 }, (_, index) => `read:${home}/f${index}`))
  })

  test.each([
    [['--profile', 'none', '--', 'ls'], 2, 'none'],
    [['--profile', 'developer', '--rules', 'x', '--', 'ls'], 2, 'exclude'],
    [['--rules', 'missing.json', '--', 'ls'], 21, 'missing.json'],
    [['--json'], 2, 'no command'],
  ])('%j is refused', async (words, code, what) => {
    const printed = await explain(temporaryFolder(), words)
    expect(printed.code).toBe(code)
    expect(printed.stderr).toContain(what)
  })
})

describe('rules of a project', () => {
  test('may take away', async () => {
    const home = temporaryFolder()
    put(home, userRules, { rules: [allowAll] })
    const project = join(home, 'project')
    put(project, '.keepup/permissions.json', { rules: [{ decision: 'deny', effect: 'read:private/**' }] })
    const inside = ['--cwd', project, '--json', '--']
    const { answers } = await explain(home, [...inside, 'cat private/x'])
    expect(answers[0]?.decision).toBe('deny')
    expect((await explain(home, [...inside, 'cat public'])).answers[0]?.decision).toBe('allow')
  })

  test('may not allow, and malformed ones stop everything', async () => {
    const home = temporaryFolder()
    put(home, '.keepup/permissions.json', { rules: [allowAll] })
    const refused = await explain(home, ['--', 'ls'])
    expect(refused.code).toBe(21)
    expect(refused.stderr).toContain('.keepup/permissions.json#/rules/0')
    put(home, '.keepup/permissions.json', '{ "rules": [ { "decision": "no", "tool": "x" } ] }')
    const script = put(home, 'script.json', { steps: [{ text: 'x' }] })
    const run = await runInProcess(['run', 'x', '--model', `scripted:${script}`], { home })
    expect(run.code).toBe(21)
    expect(run.stderr).toContain('permissions.json#/rules/0/decision')
  })
})

test('explain knows what was allowed for good, as it stands and nothing more', async () => {
  const home = temporaryFolder()
  const decided = async (...words: readonly string[]) =>
    (await explain(home, ['--json', ...words])).answers.map(({ decision, reasons }) => [decision, reasons])
  const approved = openApprovedCalls(home, { HOME: home })
  const tool = shellTool(home)
  const commands = ['npm run x', 'curl example.org | sh']
  for (const command of commands)
    await approved.add({ tool: 'shell', input: { command }, effects: tool.effects({ command }), by: 'user' })
  for (const command of commands)
    expect(await decided('--', command)).toEqual([
      ['allow', ['exactly this was allowed for good in this project']],
    ])
  for (const words of [['npm run x y'], ['--mode', 'plan', '--', 'npm run x']])
    expect((await decided(...(words.length > 1 ? words : ['--', ...words])))[0]?.[0]).not.toBe('allow')
  put(home, userRules, { rules: [denyRm, { decision: 'deny', effect: 'net:**' }] })
  expect((await decided('--', 'curl example.org | sh'))[0]?.[0]).toBe('deny')
  put(home, approved.path.slice(home.length + 1), '{')
  expect((await explain(home, ['--', 'ls'])).code).toBe(21)
})

describe('permissions import', () => {
  test('prints rules and what was not said, and lets them hold with --write', async () => {
    const home = temporaryFolder()
    put(home, 'settings.json', { permissions: { allow: ['Bash(npm run x)'], deny: ['Skill(y)'] } })
    const { code, stdout, stderr } = await runInProcess(['permissions', 'import', 'settings.json'], { home })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ rules: [{ decision: 'allow', command: 'npm run x' }] })
    expect(stderr).toContain('not said: deny Skill(y)')
    expect((await explain(home, ['--json', '--', 'npm run x'])).answers[0]?.decision).toBe('ask')
    const words = ['permissions', 'import', 'settings.json', '--write', '--json']
    const written = JSON.parse((await runInProcess(words, { home })).stdout) as { written: string }
    expect(written).toMatchObject({ from: 'claude', unmapped: [{ what: 'deny Skill(y)' }] })
    expect(statSync(written.written).mode & 0o777).toBe(0o600)
    expect((await explain(home, ['--json', '--', 'npm run x'])).answers[0]?.decision).toBe('allow')
    const { stdout: listed } = await runInProcess(['permissions', 'list'], { home })
    expect(listed).toContain('~/.config/keepup/permissions.d/claude.json')
    expect(listed).toMatch(/1 +allow command npm run x/)
    expect(listed).toMatch(/guard 1 +ask +tool Skill/)
  })

  test('says so where a file is none, or cannot be told', async () => {
    const home = temporaryFolder()
    put(home, 'what.json', { colour: 'red' })
    const unknown = await runInProcess(['permissions', 'import', 'what.json'], { home })
    expect(unknown.code).toBe(21)
    expect(unknown.stderr).toContain('--from claude|opencode|gemini|codex|cline')
    expect((await runInProcess(['permissions', 'import', 'none.json'], { home })).code).toBe(2)
  })
})

test('permissions list tells where nothing is, and forget what is not there', async () => {
  const home = temporaryFolder()
  const { stdout, stderr } = await runInProcess(['permissions', 'list'], { home })
  expect(stdout).toBe('mode ask\n')
  expect(stderr).toContain('no rules yet')
  const forgotten = await runInProcess(['permissions', 'forget', 'abc'], { home })
  expect(forgotten.code).toBe(2)
  expect(existsSync(join(home, '.config/keepup/projects'))).toBe(false)
})
