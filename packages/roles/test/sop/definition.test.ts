import { readFileSync, writeFileSync } from 'node:fs'

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  parseReport,
  parseSop,
  readSop,
  shippedSops,
  sopJsonSchema,
  sopMermaid,
  sopProblemLine,
  startMachine,
} from '../../src/sop/index.ts'

function problems(text: string): readonly string[] {
  return readSop(text, 'a.yaml', { tools: ['read', 'shell'], roles: ['tester'] }).problems.map(sopProblemLine)
}

const good = `id: good
version: 1
initial: work
phases:
  work:
    tools: { allow: [read, sh*] }
    exit:
      - { kind: command, id: green, run: [make, test] }
    on: { pass: done }
  done: { final: true }
`

describe('a procedure in a file', () => {
  test('is read from YAML and from JSON alike', () => {
    const { sop, problems: none } = readSop(good, 'a.yaml', { tools: ['read', 'shell'] })
    expect(none).toEqual([])
    expect(readSop(JSON.stringify(sop), 'a.json').sop).toEqual(sop)
  })

  test.each([
    [
      good.replace('pass: done', 'pass: don'),
      'a.yaml:9:17 /phases/work/on/pass: names the phase don, which is not there; fix: name one of work, done',
    ],
    [
      good.replace('sh*', 'write'),
      'a.yaml:6:28 /phases/work/tools/allow/1: names the tool write, which is not there; fix: name some of read, shell',
    ],
    [
      good.replace('initial: work', 'initial: start'),
      'a.yaml:3:10 /initial: names the phase start, which is not there; fix: name one of work, done',
    ],
    [
      good.replace('{ final: true }', '{ }'),
      'a.yaml:10:9 /phases/done: can never be left: it has no `on`; fix: give it `on: { pass: PHASE }`, or `final: true`',
    ],
    [
      good.replace('pass: done', 'pass: work'),
      'a.yaml:10:9 /phases/done: is never reached; fix: lead to it from another phase, or leave it out',
    ],
    [
      good.replace('pass: done', 'pass: work'),
      'a.yaml:6:5 /phases/work: leads to no end; fix: let a phase after it lead to one with `final: true`',
    ],
    [
      good.replace('[make, test]', 'test'),
      'a.yaml:8:42 /phases/work/exit/0/run: names the command test, which is not among `commands`; fix: add it there, or write a list of words',
    ],
    [
      good.replace('kind: command', 'kind: comand'),
      /a\.yaml:8:17 \/phases\/work\/exit\/0(?:\/kind)?: .*fix: .*command/,
    ],
    [good.replace('version: 1', 'version: one'), /a\.yaml:2:10 \/version: is "one"; fix: .*number/],
    [
      good.replace('version: 1\n', ''),
      /a\.yaml:1:1 \/version: is missing; fix: write a value of type number/,
    ],
    [
      good.replace('    on:', '    onn:'),
      /a\.yaml:9:10 \/phases\/work\/onn: is an unknown key; fix: leave it out/,
    ],
    [
      good.replace('on: {', 'role: boss\n    on: {'),
      /\/phases\/work\/role: names the role boss, which is not there; fix: name one of tester/,
    ],
    ['id: [', /a\.yaml:1:\d+: cannot be read: .*; fix: correct that place/],
    ['', /is null/],
    [
      `a: &a [x]\nb: ${'[*a,'.repeat(1)}${'*a,'.repeat(300)}*a]`,
      /cannot be read: .*; fix: write the repeated part out/,
    ],
  ])('says what is wrong, where, and what to do (%#)', (text, line) => {
    expect(problems(text)).toContainEqual(typeof line === 'string' ? line : expect.stringMatching(line))
  })

  test('demands that files gates demand something, that baselines have findings, and that edits wait for nobody', () => {
    const bad = good.replace(
      '      - { kind: command, id: green, run: [make, test] }',
      '      - { kind: files, id: nothing }\n      - { kind: command, id: nothing, run: [a], baseline: no-new-findings }\n      - { kind: evidence, id: e }\n    onEdit: { gates: [{ kind: human, id: h, prompt: ok }] }',
    )
    const said = problems(bad).join('\n')
    for (const part of [
      /demands nothing/,
      /needs findings to compare/,
      /names no tool and no gate/,
      /an edit cannot wait/,
      /two gates with the id nothing/,
    ])
      expect(said).toMatch(part)
  })

  test('never makes the reader throw, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), mutated()), (text) => {
        const { sop, problems: found } = readSop(text, 'f')
        expect(sop !== undefined || found.length > 0).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

/** The good one, with a piece replaced by another. */
function mutated(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(good.length), fc.nat(30), fc.string({ maxLength: 10 }))
    .map(([at, length, by]) => good.slice(0, at) + by + good.slice(at + length))
}

describe('the procedures that come with keepup', () => {
  test.each(Object.keys(shippedSops))('%s is sound, and drawn', (name) => {
    const sop = shippedSops[name]
    expect(sop?.id).toBe(name)
    expect(parseSop(sop)).toEqual(sop)
    if (sop !== undefined)
      expect(sopMermaid(sop, startMachine(sop))).toMatch(/^stateDiagram-v2\n {2}\[\*\] --> p0\n/)
  })

  test('are drawn with their gates', () => {
    expect(sopMermaid(parseSop(shippedSops['fix-bug']))).toMatchInlineSnapshot(`
      "stateDiagram-v2
        [*] --> p0
        state "reproduce" as p0
        p0 --> p1: pass if test-written, red
        p0 --> p0: fail
        p0 --> p3: exhausted
        state "fix" as p1
        p1 --> p2: pass if tests-stay, green
        p1 --> p1: fail
        p1 --> p3: exhausted
        state "done" as p2
        p2 --> [*]: completed
        state "given-up" as p3
        p3 --> [*]: failed
      "
    `)
  })
})

test('the shape is published as JSON Schema', () => {
  // `KEEPUP_WRITE=1 vitest run --project roles definition` writes it anew; then `pnpm format`.
  const file = new URL('../../schema/sop.schema.json', import.meta.url)
  if (process.env['KEEPUP_WRITE'] !== undefined)
    writeFileSync(file, `${JSON.stringify(sopJsonSchema(), undefined, 2)}\n`)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(sopJsonSchema())
  expect(sopJsonSchema()).toMatchObject({ type: 'object', required: ['id', 'version', 'initial', 'phases'] })
})

describe('reports', () => {
  const findingsOf = (output: string, format: Parameters<typeof parseReport>[1]) => {
    const read = parseReport(output, format, '/p')
    return read.type === 'read'
      ? read.findings.map(({ path, line, rule, message }) => `${path}:${line} ${rule}: ${message}`)
      : [read.reason]
  }

  test('of ESLint, with the words of a package manager around them', () => {
    const report = JSON.stringify([
      {
        filePath: '/p/src/a.js',
        messages: [{ ruleId: 'no-undef', severity: 2, message: "'x' [1]", line: 3, column: 1 }],
      },
    ])
    expect(findingsOf(`> lint [x]\n${report}\n[Exit code 1]`, 'eslint-json')).toEqual([
      "src/a.js:3 no-undef: 'x' [1]",
    ])
    expect(findingsOf('Oops', 'eslint-json')).toEqual(['there is no JSON in it'])
  })

  test('of tsc, plain and pretty', () => {
    const text =
      "src/a b.ts(3,7): error TS2322: Type 'x'.\n\u001B[96msrc/b.ts\u001B[0m:\u001B[93m1\u001B[0m:\u001B[93m2\u001B[0m - \u001B[91merror\u001B[0m\u001B[90m TS1: \u001B[0mNo.\nerror TS5: Option.\n"
    expect(findingsOf(text, 'tsc')).toEqual([
      "src/a b.ts:3 TS2322: Type 'x'.",
      'src/b.ts:1 TS1: No.',
      ':0 TS5: Option.',
    ])
  })

  test('of SARIF, without what is suppressed or did not fail', () => {
    const result = (more: object) => ({
      ruleId: 'r',
      message: { text: 'm' },
      locations: [
        { physicalLocation: { artifactLocation: { uri: 'file:///p/a%20b.py' }, region: { startLine: 2 } } },
      ],
      ...more,
    })
    const log = {
      version: '2.1.0',
      runs: [
        { results: [result({}), result({ kind: 'pass' }), result({ suppressions: [{ kind: 'inSource' }] })] },
      ],
    }
    expect(findingsOf(JSON.stringify(log), 'sarif')).toEqual(['a b.py:2 r: m'])
    expect(findingsOf('{}', 'sarif')).toEqual(['it is no SARIF log: it has no runs'])
  })

  test('of TAP, as Node prints it', () => {
    const tap =
      "TAP version 13\n# Subtest: suite\n    # Subtest: adds\n    not ok 1 - adds\n      ---\n      location: '/p/a.test.js:4:1'\n      error: 'boom'\n      ...\n    1..1\nnot ok 1 - suite\n  ---\n  failureType: 'subtestsFailed'\n  ...\nnot ok 2 - later # TODO\nok 3 - fine\n1..3\n"
    expect(findingsOf(tap, 'tap')).toEqual(["a.test.js:4 adds: 'boom'"])
    expect(findingsOf('1..1\nBail out! no database', 'tap')).toEqual(['the tests were given up: no database'])
    expect(findingsOf('hello', 'tap')).toEqual(['it is no TAP: it has no plan and no test'])
  })

  test('of JUnit, with entities, CDATA and comments', () => {
    const xml = `<?xml version="1.0"?><testsuites><!-- <failure/> --><testsuite name="s">
      <testcase classname="a.B" name="x &lt;y&gt;" file="/p/b.py" line="7"><failure message="1 &#33;= 2"><![CDATA[<failure message="no"/>]]></failure></testcase>
      <testcase name="ok"/><testcase name="skipped"><skipped/></testcase><error message="setup"/></testsuite></testsuites>`
    expect(findingsOf(xml, 'junit')).toEqual(['b.py:7 a.B x <y>: 1 != 2', ':0 : setup'])
    expect(findingsOf('<html/>', 'junit')).toEqual(['it is no report of JUnit: it has no test suite'])
  })

  test('are read in bounded time, whatever they hold', () => {
    const formats = ['eslint-json', 'junit', 'sarif', 'tap', 'tsc'] as const
    const huge = [
      '['.repeat(200_000),
      '{"'.repeat(100_000),
      `not ok ${' '.repeat(200_000)}`,
      '<testcase '.repeat(50_000),
      'a('.repeat(200_000),
      `<testsuites>${'<failure message="'.repeat(50_000)}`,
      `${'<!--'.repeat(50_000)}<testsuites>`,
    ]
    fc.assert(
      fc.property(fc.constantFrom(...formats), fc.oneof(fc.string(), fc.json()), (format, text) => {
        expect(['read', 'unreadable']).toContain(parseReport(text, format, '/p').type)
      }),
      { numRuns: 200 },
    )
    // Were any of them read in more than a line of time, this would take minutes.
    for (const text of huge)
      for (const format of formats) expect(parseReport(text, format, '/p').type).toBeTypeOf('string')
  })
})
