import { execFileSync } from 'node:child_process'
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { loadRoleFile, loadRoles, problemLine } from '../src/index.ts'
import { left, load, problems, project } from './project.ts'

const good = '---\nname: good\ndescription: Good\n---\nBe good.'
const agent = (name: string): string => `.claude/agents/${name}.md`

describe('a file that cannot be read is told with its place, and the others are read', () => {
  test('pipes, devices, folders, links out of the project, files too large, and no text', () => {
    const folder = project({ [agent('good')]: good, [agent('large')]: '', 'outside/x.md': good })
    const root = project({ 'secret.md': good })
    execFileSync('mkfifo', [join(folder, agent('pipe'))])
    symlinkSync(join(root, 'secret.md'), join(folder, agent('link')))
    symlinkSync('/dev/zero', join(folder, agent('zero')))
    symlinkSync('nowhere.md', join(folder, agent('gone')))
    symlinkSync('good.md', join(folder, agent('within')))
    truncateSync(join(folder, agent('large')), 1_000_001)
    writeFileSync(join(folder, agent('bytes')), Buffer.from([0x2d, 0xff, 0xfe]))
    const { roles, problems: told } = loadRoles({ folder, scope: 'project', formats: ['claude'] })
    expect(roles.map(({ name }) => name)).toEqual(['good', 'good'])
    const said = Object.fromEntries(told.map(({ file, problem }) => [file.split('/').at(-1), problem]))
    expect(said).toEqual({
      'bytes.md': expect.stringContaining('cannot be read'),
      'gone.md': expect.stringContaining('leads out of'),
      'large.md': 'is larger than 1 MB',
      'link.md': expect.stringContaining('leads out of'),
      'pipe.md': 'is no plain file',
      'zero.md': expect.stringContaining('leads out of'),
    })
  })

  test('a whole folder that is a link out of the project is not looked into', () => {
    const elsewhere = project({ 'agents/a.md': good })
    const folder = project({ 'a.txt': '' })
    symlinkSync(elsewhere, join(folder, '.claude'))
    expect(loadRoles({ folder, scope: 'project' }).roles).toEqual([])
  })

  test.each([
    ['broken YAML', '---\nname: a\ndescription: [x\n---\n', /^\d .*cannot be read/],
    ['no end of the front matter', '---\nname: a\n', /does not end it/],
    ['a name twice', '---\nname: a\nname: b\ndescription: x\n---\n', /^3 .*unique/],
    ['a wrong type', '---\nname: a\ndescription: x\n\nmaxTurns: many\n---\n', /^5 \/maxTurns: is "many"/],
    ['a list for a text', '---\nname: [a]\ndescription: x\n---\n', /^2 \/name: is \["a"\]/],
    ['no name', '---\ndescription: x\n---\n', /^\d \/name: has no name/],
    ['a name that is a path', '---\nname: ../../x\ndescription: x\n---\n', /\/name: is "..\/..\/x"/],
    ['a mode that is none', '---\nname: a\ndescription: x\npermissionMode: root\n---\n', /^4 .*is "root"/],
    ['a list at the top', '---\n- a\n---\n', /is no list of fields/],
    ['a tag that makes an object', '---\nname: a\ndescription: !!js/function "x"\n---\n', /./],
    ['__proto__', '---\n__proto__: { polluted: true }\ndescription: x\n---\n', /has no name/],
  ])('%s', (_, text, told) => {
    const loaded = load({ [agent('bad')]: text, [agent('good')]: good }, 'claude')
    expect(loaded.roles.map(({ name }) => name).filter((name) => name !== 'a')).toEqual(['good'])
    if (loaded.roles.length === 1) expect(problems(loaded).join('\n')).toMatch(told)
    expect('polluted' in {}).toBe(false)
  })

  test('aliases that would blow up, and nests that are too deep, are refused within a bounded time', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
      .split('')
      .map(
        (name, index) =>
          `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[index]}`).join(',')}]`,
      )
      .join('\n')}\n`
    const loaded = load({
      '.roomodes': `customModes: *j\n${bomb}`,
      [agent('deep')]: `---\nname: a\ndescription: x\ntools: ${'['.repeat(50_000)}\n---\n`,
      [agent('lines')]:
        `---\n${Array.from({ length: 2_000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')}\n---\n`,
      [agent('dashes')]: `---\nname: ${'- '.repeat(5_000)}\n---\n`,
      'opencode.json': `{"agent": ${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
      '.claude/skills/s/SKILL.md': `---\nx: &x [1]\ny: [${'*x,'.repeat(200)}*x]\nname: s\ndescription: d\n---\n`,
      [agent('good')]: good,
    })
    expect(loaded.roles.map(({ name }) => name)).toEqual(['good'])
    expect(new Set(loaded.problems.map(({ file }) => file)).size).toBe(6)
    expect(loaded.problems.map((problem) => problemLine(problem)).join('\n')).toMatch(
      /nested deeper[^]*write the repeated part out/,
    )
  })
})

const many = (part: (index: number) => string, count: number): string =>
  Array.from({ length: count }, (_, index) => part(index)).join('')
const inAgent = (field: string): string => `---\nname: a\ndescription: x\n${field}\n---\nx`

test.each([
  ['names in one map', '.roomodes', many((index) => `k${index}: 1\n`, 30_000)],
  ['unknown fields', agent('a'), inAgent(many((index) => `u${index}: 1\n`, 20_000))],
  ['commas', agent('a'), inAgent(`tools: ${'a,'.repeat(150_000)}`)],
  ['brackets', agent('a'), inAgent(`tools: ${'a(,'.repeat(100_000)}`)],
  ['spaces beside a colon', agent('a'), inAgent(`color: x: y${' '.repeat(300_000)}z: q`)],
  ['comments without an end', 'opencode.json', '/* '.repeat(100_000)],
  ['quotes without an end', 'opencode.json', '"\\'.repeat(100_000)],
  ['places that are wrong', '.roomodes', 'a: b: c\n'.repeat(20_000)],
  ['imports', 'CLAUDE.md', '@./a.md '.repeat(40_000)],
  [
    'files in a prompt',
    'opencode.json',
    `{"agent":{"a":{"prompt":"${'{file:opencode.json}'.repeat(5_000)}"}}}`,
  ],
  [
    'modes',
    '.roomodes',
    `customModes:\n${'  - {slug: a, name: b, roleDefinition: c, groups: []}\n'.repeat(3_000)}`,
  ],
])('a file full of %s takes time that grows with its length, not with its square', (_, name, text) => {
  const folder = project({ [name]: text })
  const before = process.cpuUsage().user
  const found = loadRoles({ folder, scope: 'project' })
  // In microseconds of this process, an order of magnitude above what it takes; by the square it would be minutes.
  expect(process.cpuUsage().user - before).toBeLessThan(8_000_000)
  expect(found.problems.length).toBeLessThan(25)
  expect(found.unmapped.length).toBeLessThanOrEqual(501)
})

describe('text that other programs would act on stays text', () => {
  test('{file:} leads nowhere outside of the folder, {env:} nowhere at all', () => {
    const outside = project({ 'secret.txt': 'SECRET' })
    const prompt = (text: string) => ({
      'opencode.json': JSON.stringify({ agent: { a: { description: 'x', prompt: text } } }),
    })
    for (const path of [
      join(outside, 'secret.txt'),
      '../../../../../../etc/passwd',
      '~/x',
      'none.txt',
      '/dev/stdin',
    ]) {
      const loaded = load(prompt(`Words {file:${path}}`), 'opencode')
      expect(loaded.roles).toEqual([])
      expect(problems(loaded).join()).toContain(`names ${path}, which`)
    }
    const loaded = load(prompt('{env:HOME} {env:SECRET}'), 'opencode')
    expect(loaded.roles[0]?.system).toBe('{env:HOME} {env:SECRET}')
    expect(left(loaded)).toEqual(['agent.a.prompt'])
    const linked = project({ ...prompt('{file:./in.txt}') })
    symlinkSync(join(outside, 'secret.txt'), join(linked, 'in.txt'))
    expect(loadRoles({ folder: linked, scope: 'project' }).roles).toEqual([])
  })

  test('what a file brings in is not looked through for more of it', () => {
    const loaded = load(
      {
        'opencode.json': '{"agent":{"a":{"description":"x","prompt":"{file:one.txt}"}}}',
        'one.txt': '{file:two.txt}',
        'two.txt': 'no',
      },
      'opencode',
    )
    expect(loaded.roles[0]?.system).toBe('{file:two.txt}')
  })

  test('imports go in no circle, not too deep, not out, and not from code', () => {
    const outside = project({ 'secret.md': 'SECRET' })
    const chain = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`n${index}.md`, `level ${index} @./n${index + 1}.md`]),
    )
    const files = {
      'CLAUDE.md': `@a.md\n@${join(outside, 'secret.md')} @../../secret.md @~/x.md @missing.md @n0.md @someone me@a.md\n\`\`\`\n@a.md\n\`\`\`\n`,
      'a.md': 'A @b.md',
      'b.md': 'B @a.md',
      ...chain,
    }
    const loaded = load(files, 'instructions')
    const text = loaded.instructions[0]?.text ?? ''
    expect(text).toMatch(/^A B @a\.md\n/)
    expect(text).toContain('level 4 @./n5.md')
    expect(text).toContain('@someone me@a.md\n```\n@a.md\n```')
    expect(text).not.toContain('SECRET')
    expect(loaded.unmapped.map(({ why }) => why).join('\n')).toMatch(
      /circle[^]*leads out[^]*leads out[^]*home folder[^]*leads out[^]*deeper than 5/,
    )
  })

  test('imports cannot make a small file huge', () => {
    const files = Object.fromEntries(
      Array.from({ length: 5 }, (_, level) => [`l${level}.md`, `@l${level + 1}.md\n`.repeat(60)]),
    )
    const loaded = load(
      { 'CLAUDE.md': '@l0.md\n'.repeat(60), ...files, 'l5.md': 'x'.repeat(1_000) },
      'instructions',
    )
    expect(loaded.instructions[0]?.text.length).toBeLessThan(1_100_000)
    expect(problems(loaded)).toEqual([expect.stringContaining('more than the 500 things')])
  })
})

describe('a skill is refused where agentskills.io says so', () => {
  const skill = (folder: string, matter: string) =>
    problems(load({ [`.claude/skills/${folder}/SKILL.md`]: `---\n${matter}\n---\nText` }, 'skill')).join('\n')

  test.each([
    ['PDF', 'name: PDF\ndescription: x', /other characters than a-z/],
    ['-pdf', 'name: -pdf\ndescription: x', /begins or ends with a hyphen/],
    ['pdf-', 'name: pdf-\ndescription: x', /begins or ends with a hyphen/],
    ['a--b', 'name: a--b\ndescription: x', /two hyphens in a row/],
    ['a'.repeat(65), `name: ${'a'.repeat(65)}\ndescription: x`, /has 65 characters/],
    ['other', 'name: pdf\ndescription: x', /its folder is called other/],
    ['pdf', 'description: x', /has no name/],
    ['pdf', 'name: pdf', /has no description/],
    ['pdf', 'name: pdf\ndescription: ""', /description: is ""/],
    ['pdf', `name: pdf\ndescription: ${'x'.repeat(1_025)}`, /1 to 1024|description: is/],
    ['pdf', `name: pdf\ndescription: x\ncompatibility: ${'x'.repeat(501)}`, /compatibility: is/],
    ['pdf', 'name: pdf\ndescription: x\nmetadata: { a: 1 }', /metadata\/a: is 1/],
    ['pdf', 'name: pdf\ndescription: x\nmetadata: text', /metadata: is "text"/],
    ['pdf', 'name: pdf\ndescription: x\nallowed-tools: { a: 1 }', /allowed-tools: is/],
  ])('%s: %s', (folder, matter, told) => expect(skill(folder, matter)).toMatch(told))

  test.each([
    ['a1-b2', 'name: a1-b2\ndescription: x'],
    ['a'.repeat(64), `name: ${'a'.repeat(64)}\ndescription: ${'x'.repeat(1_024)}`],
    ['pdf', 'name: pdf\ndescription: x\nallowed-tools: [Read, "Bash(git:*)"]'],
  ])('%s is taken', (folder, matter) => expect(skill(folder, matter)).toBe(''))

  test('without front matter, it is none', () => {
    expect(problems(load({ '.claude/skills/a/SKILL.md': 'Text' }, 'skill'))).toEqual([
      '1 : has no front matter',
    ])
  })
})

describe('the other formats tell what is wrong at its line', () => {
  test.each([
    [
      '.roomodes',
      'customModes:\n  - slug: a b\n    name: A\n    roleDefinition: R\n    groups: []\n',
      '2 /customModes/0/slug',
    ],
    [
      '.roomodes',
      'customModes:\n  - slug: a\n    name: A\n    roleDefinition: R\n    groups: [[edit, { fileRegex: "(?=a)" }]]\n',
      '5 /customModes/0/groups/0/1/fileRegex',
    ],
    ['.roomodes', 'modes: []\n', '1 : has no customModes'],
    [
      'opencode.json',
      '{\n"agent": { "a": {\n"permission": { "bash": "maybe" } } } }',
      '3 /agent/a/permission/bash',
    ],
    ['opencode.json', '{\n"agent": [] }', '2 /agent: is no object'],
    ['.github/agents/a.agent.md', '---\nhandoffs:\n  - label: x\n---\n', '3 /handoffs/0'],
    ['config/agents.yaml', 'a:\n  role: R\n  goal: G\n', '2 /a/backstory: has no backstory'],
    ['config/tasks.yaml', 'a:\n  expected_output: G\n  description: [x]\n', '3 /a/description: is'],
    ['.specify/workflows/a.yml', 'steps:\n  - id: a\n    type: nope\n', '3 /steps/0/type: is "nope"'],
    [
      '.specify/workflows/a.yml',
      'steps:\n  - { id: a, command: x }\n  - { id: a, command: x }\n',
      '3 /steps/1/id',
    ],
    ['.specify/workflows/a.yml', 'workflow: {}\n', 'has no steps'],
    ['.keepup/roles/a.yaml', 'name: a\nmode: root\n', '2 /mode'],
    ['.keepup/roles/a.json', '{"name":"a",\n"colour":"red"}', '2 /colour: is an unknown key'],
    [
      '.keepup/roles/a.json',
      '{"rules":[{"decision":"deny","tool":"*","pathPattern":"("}]}',
      '/rules/0/pathPattern',
    ],
    ['.clinerules/a.md', '---\npaths: { a: 1 }\n---\n', '2 /paths: is'],
  ])('%s: %s', (name, text, told) => {
    const loaded = load({ [name]: text })
    expect(problems(loaded).join('\n')).toContain(told)
    expect([loaded.roles, loaded.tasks, loaded.workflows, loaded.instructions].flat()).toEqual([])
  })

  test('a text with colons that a parser of YAML refuses is a text where the other program takes it for one', () => {
    const text =
      '---\nname: a\ndescription: Use it when: a test fails. Example: user says x\nmaxTurns: 3\n---\nx'
    expect(load({ [agent('a')]: text }, 'claude').roles).toMatchObject([
      { description: 'Use it when: a test fails. Example: user says x', limits: { turns: 3 } },
    ])
  })

  test('a named file whose format nobody can tell is told, and read where it is said', () => {
    const folder = project({ 'anything.md': good })
    const path = join(folder, 'anything.md')
    expect(loadRoleFile({ path, scope: 'user' }).problems).toHaveLength(1)
    expect(loadRoleFile({ path, scope: 'user', format: 'claude' }).roles).toHaveLength(1)
    expect(loadRoleFile({ path: join(folder, 'none.agent.md'), scope: 'user' }).problems).toHaveLength(1)
  })
})
