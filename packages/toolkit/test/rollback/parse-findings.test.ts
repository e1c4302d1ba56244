import { expect, test } from 'vitest'

import { type Finding, newFindings, parseFindings } from '../../src/rollback/index.ts'

const places = (found: readonly Finding[]) =>
  found.map(
    ({ path, line, column, severity, code, message }) =>
      `${path}:${line}:${column} ${severity} ${code} ${message}`,
  )

test('ESLint JSON', () => {
  const printed = JSON.stringify([
    {
      filePath: '/p/a.js',
      messages: [
        { ruleId: 'no-undef', severity: 2, message: 'x is not defined.', line: 3, column: 5 },
        { ruleId: null, severity: 1, message: 'ignored', fatal: false },
      ],
    },
    { filePath: '/p/b.js', messages: [] },
  ])
  expect(places(parseFindings(printed, 'eslint-json', 'eslint'))).toEqual([
    '/p/a.js:3:5 error no-undef x is not defined.',
    '/p/a.js:1:1 warning undefined ignored',
  ])
  for (const wrong of ['{}', '[1]', '[{"filePath":1}]', 'Oops']) {
    expect(() => parseFindings(wrong, 'eslint-json', 'eslint')).toThrow(/JSON|list of files/)
  }
})

test('SARIF 2.1.0: levels and kinds by default, suppressed results left out', () => {
  const at = (uri: string, region: object) => [{ physicalLocation: { artifactLocation: { uri }, region } }]
  const printed = JSON.stringify({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'ruff' } },
        results: [
          {
            ruleId: 'F821',
            level: 'error',
            message: { text: 'Undefined name' },
            locations: at('file:///p/a%20b.py', { startLine: 2, startColumn: 4 }),
          },
          { rule: { id: 'R2' }, message: { text: 'by default' }, locations: at('src/b.py', {}) },
          { ruleId: 'ok', kind: 'pass', message: { text: 'passed' } },
          { ruleId: 'hidden', message: { text: 'suppressed' }, suppressions: [{ kind: 'inSource' }] },
          {
            ruleId: 'open',
            level: 'note',
            message: { text: 'refused' },
            suppressions: [{ kind: 'external', status: 'rejected' }],
          },
        ],
      },
      { tool: { driver: {} } },
    ],
  })
  const found = parseFindings(printed, 'sarif', 'linter')
  expect(places(found)).toEqual([
    '/p/a b.py:2:4 error F821 Undefined name',
    'src/b.py:1:1 warning R2 by default',
    ':1:1 information open refused',
  ])
  expect(found[0]?.source).toBe('ruff')
  expect(() => parseFindings('{}', 'sarif', 'x')).toThrow('no SARIF log')
})

test('the lines of tsc, plain, pretty and without a place; the lines of others', () => {
  const printed = [
    "src/a (1).ts(3,7): error TS2322: Type 'number' is not assignable to type 'string'.",
    '  continued here',
    "\u001B[96msrc/b.ts\u001B[0m:\u001B[93m4\u001B[0m:\u001B[93m9\u001B[0m - \u001B[91merror\u001B[0m\u001B[90m TS2304: \u001B[0mCannot find name 'x'.",
    'error TS18003: No inputs were found.',
    'Found 3 errors.',
  ].join('\r\n')
  expect(places(parseFindings(printed, 'tsc', 'tsc'))).toEqual([
    "src/a (1).ts:3:7 error TS2322 Type 'number' is not assignable to type 'string'.",
    "src/b.ts:4:9 error TS2304 Cannot find name 'x'.",
    ':1:1 error TS18003 No inputs were found.',
  ])
  const unix = "a.py:1:1: 'os' imported but unused\nb.js:2: [Warning] old\n3 problems\n"
  expect(places(parseFindings(unix, 'unix', 'x'))).toEqual([
    "a.py:1:1 error undefined 'os' imported but unused",
    'b.js:2:1 warning undefined [Warning] old',
  ])
})

const at = (line: number, change: Partial<Finding> = {}): Finding => ({
  path: 'a',
  line,
  column: 1,
  severity: 'error',
  source: 's',
  message: 'm',
  ...change,
})

test('a finding counts as old by its line, wherever the edit moved it, and one for one', () => {
  const compare = (before: readonly Finding[], after: readonly Finding[], texts: readonly [string, string]) =>
    newFindings({
      before,
      after,
      textsBefore: new Map([['a', texts[0]]]),
      textsAfter: new Map([['a', texts[1]]]),
    }).map(({ path, line }) => `${path}:${line}`)
  expect(compare([at(2)], [at(4)], ['x\ny\n', 'x\np\nq\ny\n'])).toEqual([])
  // The old one is mended, and another line has the same fault now.
  expect(compare([at(1)], [at(3)], ['bad\nx\ny', 'good\nx\nbad y'])).toEqual(['a:3'])
  // An edited line keeps its old fault.
  expect(compare([at(2)], [at(2)], ['x\nbad\ny', 'x\nbad!\ny'])).toEqual([])
  expect(compare([at(2)], [at(3)], ['x\nbad\ny', 'x\nnew\nbad!\ny'])).toEqual([])
  // Lines that changed places are the same lines.
  expect(compare([at(1)], [at(2)], ['bad\nx', 'x\nbad'])).toEqual([])
  expect(compare([at(1)], [at(1), at(2)], ['bad', 'bad\nbad'])).toEqual(['a:2'])
  expect(compare([at(1)], [at(1, { code: 'other' })], ['x', 'x'])).toEqual(['a:1'])
  const moving = (line: number) => at(line, { message: `declared in line ${line}` })
  expect(compare([moving(1)], [moving(2)], ['x', '\nx'])).toEqual([])
})
