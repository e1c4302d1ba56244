import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { createCodeIntelligence } from '../../src/code-intelligence/index.ts'
import { barePath, makeProject, type ProjectParts } from './project.ts'

interface Case extends ProjectParts {
  readonly server: string
  readonly path: string
  /** What the file becomes, and what the server says of it that it did not say before. */
  readonly broken: string
  readonly finding: { readonly line: number; readonly message: RegExp }
  /** A use of a name, where it is declared, how often it stands in all, and whether it can be renamed. */
  readonly use?: {
    readonly line: number
    readonly symbol: string
    readonly declared: string
    readonly places: number
    readonly renamed: number
  }
}

const scripts = {
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', noEmit: true } }),
  'package.json': '{ "type": "module" }',
  'add.ts':
    'export function add(a: number, b: number): number {\n  return a + b\n}\nconst old: string = 1\nvoid old\n',
  'use.ts': "import { add } from './add.js'\nconst old: string = 1\nexport const sum = add(1, 2)\nvoid old\n",
}
const scriptUse = { line: 3, symbol: 'add', declared: 'add.ts:1', places: 3, renamed: 2 }
const brokenScript =
  "import { add } from './add.js'\n\nconst old: string = 1\nexport const sum = add(1, 'x')\nvoid old\n"

const snakes = {
  'pyproject.toml': '',
  'add.py': 'def add(a: int, b: int) -> int:\n    return a + b\n',
  'use.py': 'from add import add\n\nold: str = 1\ntotal = add(1, 2)\n',
}
const snakeUse = { line: 4, symbol: 'add', declared: 'add.py:1', places: 3, renamed: 2 }
const brokenSnake = 'from add import add\n\nold: str = 1\n\ntotal = add(1, "x")\n'

const cases: readonly Case[] = [
  {
    server: 'typescript',
    programs: ['tsc=typescript/bin/tsc'],
    packages: { typescript: 'typescript' },
    files: scripts,
    path: 'use.ts',
    broken: brokenScript,
    finding: { line: 4, message: /not assignable to parameter/ },
    use: scriptUse,
  },
  {
    server: 'typescript-language-server',
    programs: ['typescript-language-server'],
    packages: { typescript: 'typescript6' },
    files: scripts,
    path: 'use.ts',
    broken: brokenScript,
    finding: { line: 4, message: /not assignable to parameter/ },
    use: scriptUse,
  },
  {
    server: 'pyright',
    programs: ['pyright-langserver=pyright/langserver.index.js'],
    files: snakes,
    path: 'use.py',
    broken: brokenSnake,
    finding: { line: 5, message: /cannot be assigned to parameter/ },
    use: snakeUse,
  },
  {
    server: 'basedpyright',
    programs: ['basedpyright-langserver=basedpyright/langserver.index.js'],
    files: snakes,
    path: 'use.py',
    broken: brokenSnake,
    finding: { line: 5, message: /cannot be assigned to parameter/ },
    use: snakeUse,
  },
  {
    server: 'vscode-json-language-server',
    programs: ['vscode-json-language-server'],
    files: { 'a.json': '{\n  "a": 1\n  "b": 2\n}\n' },
    path: 'a.json',
    broken: '{\n  "a": 1\n  "b": 2,\n  "c": }\n\n',
    finding: { line: 4, message: /Value expected/ },
  },
  {
    server: 'vscode-css-language-server',
    programs: ['vscode-css-language-server'],
    files: { 'a.css': ':root { --x: red }\na { color: var(--x) }\n' },
    path: 'a.css',
    broken: ':root { --x: red }\na { color: var(--x) }\ni { color: ; }\n',
    finding: { line: 3, message: /property value expected/ },
    use: { line: 2, symbol: '--x', declared: 'a.css:1', places: 2, renamed: 1 },
  },
  {
    server: 'bash-language-server',
    programs: ['bash-language-server'],
    files: { 'a.sh': 'greet() { echo hello; }\ngreet\n' },
    path: 'a.sh',
    // It needs shellcheck for diagnostics, which is not there: that it finds nothing is all that can be seen.
    broken: 'greet() { echo hello; }\ngreet\n\n',
    finding: { line: 0, message: /^$/ },
    use: { line: 2, symbol: 'greet', declared: 'a.sh:1', places: 2, renamed: 1 },
  },
  {
    server: 'oxlint',
    programs: ['oxlint'],
    files: { '.oxlintrc.json': '{}', 'a.js': 'debugger\n' },
    path: 'a.js',
    broken: 'debugger\nexport const x = 1\nx == x\n',
    finding: { line: 3, message: /./ },
  },
  {
    server: 'biome',
    programs: ['biome'],
    files: { 'biome.json': '{}', 'a.js': 'debugger;\n' },
    path: 'a.js',
    broken: 'debugger;\nexport const x = 1;\nx = 2;\n',
    finding: { line: 3, message: /const/i },
  },
]

let folder = ''
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'keepup-servers-')))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

// Most of the time is spent waiting for servers: they are waited for together.
test.concurrent.each(cases)(
  '$server: only what an edit adds, and where names are',
  { timeout: 90_000 },
  async (given) => {
    const root = await makeProject(given, join(folder, given.server))
    await using intelligence = await createCodeIntelligence({ root, environment: barePath() })
    const path = join(root, given.path)
    const before = await readFile(path, 'utf8')
    await writeFile(path, given.broken)
    const edit = { path, before, after: given.broken }
    const report = await intelligence.diagnosticsSince([edit], { wait: 60_000 })
    const own = report.servers.filter(({ server }) => server === given.server)
    expect(own).toEqual([{ server: given.server, state: 'answered', path: given.path }])
    if (given.finding.line > 0) {
      expect(report.findings.map(({ line }) => line)).toContain(given.finding.line)
      expect([...new Set(report.findings.map(({ line }) => line))]).toEqual([given.finding.line])
      expect(report.findings[0]?.message).toMatch(given.finding.message)
    }
    // The other way round the edit adds nothing; what was wrong before stays untold.
    await writeFile(path, before)
    const back = await intelligence.diagnosticsSince([{ path, before: given.broken, after: before }], {
      wait: 30_000,
    })
    expect(back.findings).toEqual([])

    if (given.use === undefined) return
    const { line, symbol, declared, places, renamed } = given.use
    const name = { path, line, symbol }
    const shown = ({ path: at, range }: { path: string; range: { start: { line: number } } }): string =>
      `${at.slice(root.length + 1)}:${range.start.line + 1}`
    const definition = await intelligence.definition(name)
    expect(definition.found.map(shown)).toEqual([declared])
    expect((await intelligence.references(name)).found).toHaveLength(places)
    expect((await intelligence.symbols({ path })).found.length).toBeGreaterThan(0)
    const plan = await intelligence.rename(name, symbol === '--x' ? '--y' : 'other')
    expect(plan.found).toHaveLength(renamed)
    expect(plan.found.flatMap(({ edits }) => edits)).toHaveLength(places)
    expect(await readFile(path, 'utf8')).toBe(before)
  },
)
