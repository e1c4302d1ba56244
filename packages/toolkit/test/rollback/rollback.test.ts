import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Tool, Workspace } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { codeTools, diagnosticsCheck } from '../../src/code-intelligence/index.ts'
import { createWorkingFiles, toolkit } from '../../src/index.ts'
import {
  type Check,
  commandCheck,
  memoryWorkspace,
  type RollbackOptions,
  withRollback,
} from '../../src/rollback/index.ts'
import { call, textOf } from '../call-tool.ts'
import { barePath, intelligenceOf, makeProject } from '../code-intelligence/project.ts'

const scripts = {
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: [] } }),
  'package.json': '{ "type": "module" }',
  'add.ts': 'export function add(a: number, b: number) {\n  return a + b\n}\n',
  'use.ts': "import { add } from './add.js'\n\nexport const sum = add(1, 2)\n",
  'old.ts': 'export const old: string = 1\n',
}
const native = { programs: ['tsc=typescript/bin/tsc'], packages: { typescript: 'typescript' } }

function compiler(root: string): Check {
  const tsc = join(root, 'node_modules/.bin/tsc')
  return commandCheck({
    root,
    command: tsc,
    arguments: ['--pretty', 'false'],
    format: 'tsc',
    environment: barePath(),
  })
}

async function guarded(
  root: string,
  options: Omit<RollbackOptions, 'workspace'> & { workspace?: Workspace },
) {
  const files = createWorkingFiles()
  const workspace = options.workspace ?? (await memoryWorkspace(root))
  const own = withRollback(toolkit({ root, shell: false, files }), { files, ...options, workspace })
  const use = (name: string, input: unknown) => call(named(own, name), input)
  return { use, own, workspace }
}

function named(tools: readonly Tool[], name: string): Tool {
  const found = tools.find((tool) => tool.name === name)
  if (found === undefined) throw new Error(`there is no tool ${name}`)
  return found
}

const text = (root: string, name: string) => readFile(join(root, name), 'utf8')

describe('TypeScript, by its compiler', { timeout: 60_000 }, () => {
  test('an edit that breaks another file is undone, with both windows; old findings do not count', async () => {
    const root = await makeProject({ files: scripts, ...native })
    const { use } = await guarded(root, { check: compiler(root) })
    await use('read', { path: 'add.ts' })
    const edit = { path: 'add.ts', old_text: 'b: number', new_text: 'b: string' }
    const undone = await use('edit', edit)
    expect(undone).toMatchObject({ type: 'failed', code: 'edit-rolled-back' })
    expect(await text(root, 'add.ts')).toBe(scripts['add.ts'])
    expect(textOf(undone)).toContain('use.ts:3:27 error TS2345')
    expect(textOf(undone)).not.toContain('old.ts')
    expect(textOf(undone)).toContain('add.ts is as before. Do not repeat the same edit')

    const broken = await use('edit', {
      ...edit,
      old_text: 'return a + b',
      new_text: 'const c: string = a\n  return c',
    })
    expect(textOf(broken)).toContain('--- What was tried, add.ts:\n 1\texport function add')
    expect(textOf(broken)).toContain('>2\t  const c: string = a')
    expect(textOf(broken)).toMatch(/--- What is there:\n 1\texport function add.*\n 2\t {2}return a \+ b/)
    // The thread still knows the file, so that a better edit needs no reading.
    expect(await use('edit', { ...edit, new_text: 'b: number, c = 0' })).toMatchObject({ type: 'completed' })
    expect(await text(root, 'add.ts')).toContain('c = 0')
  })

  test('two files at once: together they fit, each alone would not; a bad pair is undone as a whole', async () => {
    const root = await makeProject({ files: scripts, ...native })
    const { use } = await guarded(root, { check: compiler(root) })
    const patch = (value: string) =>
      [
        '*** Begin Patch',
        '*** Update File: add.ts',
        '@@',
        '-export function add(a: number, b: number) {',
        '-  return a + b',
        '+export function add(a: number, b: string) {',
        '+  return a + b.length',
        '*** Update File: use.ts',
        '@@',
        '-export const sum = add(1, 2)',
        `+export const sum = add(1, ${value})`,
        '*** Add File: new.ts',
        "+export const fresh = 'x'",
        '*** End Patch',
      ].join('\n')
    const undone = await use('apply_patch', { patch: patch('true') })
    expect(undone).toMatchObject({ code: 'edit-rolled-back' })
    expect(await text(root, 'add.ts')).toBe(scripts['add.ts'])
    expect(await text(root, 'use.ts')).toBe(scripts['use.ts'])
    await expect(text(root, 'new.ts')).rejects.toThrow('ENOENT')
    expect(await use('apply_patch', { patch: patch("'x'") })).toMatchObject({ type: 'completed' })
    expect(await text(root, 'new.ts')).toBe("export const fresh = 'x'\n")
  })

  test('old findings that move stay old; one more of the same kind is new', async () => {
    const root = await makeProject({ files: scripts, ...native })
    const { use } = await guarded(root, { check: compiler(root) })
    const moved = { path: 'old.ts', content: `// one\n// two\n${scripts['old.ts']}` }
    expect(await use('write', moved)).toMatchObject({ type: 'completed' })
    const more = { ...moved, content: `${moved.content}export const more: string = 1\n` }
    const undone = await use('write', more)
    expect(textOf(undone)).toMatch(/old\.ts:4:14 error/)
    expect(textOf(undone)).not.toMatch(/old\.ts:3:\d+ error/)
    expect(await text(root, 'old.ts')).toBe(moved.content)
  })
})

test('language servers as the check', { timeout: 60_000 }, async () => {
  const root = await makeProject({
    files: { ...scripts, 'a.json': '{ "a": 1 }\n' },
    programs: [...native.programs, 'vscode-json-language-server'],
    packages: native.packages,
  })
  const intelligence = await intelligenceOf(root)
  const { use } = await guarded(root, { check: diagnosticsCheck(intelligence, { wait: 30_000 }) })
  expect(await use('edit', { path: 'use.ts', old_text: '2)', new_text: "'2')" })).toMatchObject({
    code: 'edit-rolled-back',
  })
  expect(await text(root, 'use.ts')).toBe(scripts['use.ts'])
  const undone = await use('edit', { path: 'a.json', old_text: '1', new_text: '' })
  expect(textOf(undone)).toContain('a.json:1:9 error 516 Value expected')
  expect(await use('edit', { path: 'a.json', old_text: '1', new_text: '2' })).toMatchObject({
    type: 'completed',
  })
  const renaming = withRollback(codeTools(intelligence, { wait: 30_000 }), {
    workspace: await memoryWorkspace(root),
    check: compiler(root),
  })
  const renamed = { path: 'use.ts', line: 3, symbol: 'sum', new_name: 'add' }
  expect(await call(named(renaming, 'rename'), renamed)).toMatchObject({ code: 'edit-rolled-back' })
  expect(await text(root, 'use.ts')).toBe(scripts['use.ts'])
})

const linter = pythonLinter()
if (linter === undefined) console.warn('SKIPPED: neither ruff nor pyflakes is there for Python')

function pythonLinter(): readonly string[] | undefined {
  const ways = [
    ['ruff', 'check', '--output-format', 'sarif', '--exit-zero', '{files}'],
    ['python3', '-m', 'pyflakes', '{files}'],
  ]
  return ways.find(([command = '', ...rest]) => {
    try {
      execFileSync(command, [...(rest[0] === '-m' ? rest.slice(0, 2) : []), '--version'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

describe('Python', { timeout: 60_000 }, () => {
  const files = { 'a.py': 'import os\n\n\ndef f():\n    return 1\n' }
  const bad = { path: 'a.py', old_text: 'return 1', new_text: 'return missing' }

  test.skipIf(linter === undefined)('by ruff or pyflakes', async () => {
    const root = await makeProject({ files })
    const [command = '', ...args] = linter ?? []
    const format = command === 'ruff' ? 'sarif' : 'unix'
    const { use } = await guarded(root, { check: commandCheck({ root, command, arguments: args, format }) })
    const undone = await use('edit', bad)
    expect(textOf(undone)).toMatch(/a\.py:5:\d+ .*missing/)
    expect(textOf(undone)).not.toMatch(/a\.py:1:\d+ /)
    expect(await text(root, 'a.py')).toBe(files['a.py'])
    expect(await use('edit', { ...bad, new_text: 'return 2' })).toMatchObject({ type: 'completed' })
  })

  test('by pyright', async () => {
    const root = await makeProject({ files, programs: ['pyright-langserver=pyright/langserver.index.js'] })
    const check = diagnosticsCheck(await intelligenceOf(root), { wait: 40_000 })
    const { use } = await guarded(root, { check })
    expect(textOf(await use('edit', bad))).toContain('"missing" is not defined')
    expect(await text(root, 'a.py')).toBe(files['a.py'])
    expect(await use('edit', { ...bad, new_text: 'return 2' })).toMatchObject({ type: 'completed' })
  })
})

/** A check of our own: a line that says "bad" is a finding. Counts how often it looks. */
function badLines(scope: Check['scope'] = 'files'): Check & { looks: number } {
  const check = {
    name: 'bad-lines',
    scope,
    effects: [{ kind: 'exec', target: 'bad-lines' }] as const,
    looks: 0,
    async run(paths: readonly string[]) {
      check.looks++
      const found = await Promise.all(
        paths.map(async (path) =>
          (await readFile(path, 'utf8')).split('\n').flatMap((line, index) => {
            const place = { path: path.slice(path.lastIndexOf('/') + 1), line: index + 1, column: 1 }
            return line.includes('bad')
              ? [{ ...place, severity: 'error', source: 'x', message: 'bad' } as const]
              : []
          }),
        ),
      )
      return { type: 'checked', findings: found.flat() } as const
    },
  }
  return check
}

describe('any check', () => {
  test('a new file that is bad goes again; a deletion and a good edit stay; each edit is looked at once', async () => {
    const root = await makeProject({ files: { 'a.txt': 'bad\nfine\n' } })
    const check = badLines()
    const { use, own } = await guarded(root, { check })
    expect(named(own, 'write').effects({ path: 'n.txt', content: 'x' })).toContainEqual(check.effects[0])
    expect(textOf(await use('write', { path: 'n.txt', content: 'bad' }))).toContain(
      'What is there: no file n.txt',
    )
    await expect(text(root, 'n.txt')).rejects.toThrow('ENOENT')
    // The first edit of a file with old findings is compared with what was there; from then on they are known.
    await use('edit', { path: 'a.txt', old_text: 'fine', new_text: 'good' })
    const looks = check.looks
    await use('edit', { path: 'a.txt', old_text: 'good', new_text: 'fine' })
    expect(check.looks).toBe(looks + 1)
    await use('apply_patch', { patch: '*** Begin Patch\n*** Delete File: a.txt\n*** End Patch' })
    await expect(text(root, 'a.txt')).rejects.toThrow('ENOENT')
  })

  test('what somebody else changed in the same moment is not brought back', async () => {
    const root = await makeProject({ files: { 'a.txt': 'fine\n', 'b.txt': 'fine\n' } })
    const inner = badLines()
    const check: Check = {
      ...inner,
      async run(paths, signal) {
        await writeFile(join(root, 'b.txt'), 'theirs\n')
        return inner.run(paths, signal)
      },
    }
    const { use } = await guarded(root, { check })
    expect(await use('write', { path: 'a.txt', content: 'bad\n' })).toMatchObject({
      code: 'edit-rolled-back',
    })
    expect([await text(root, 'a.txt'), await text(root, 'b.txt')]).toEqual(['fine\n', 'theirs\n'])
  })

  test.each([
    ['it ends with a code and no findings', ['-e', 'console.error("no configuration"); process.exit(2)']],
    ['it prints something else', ['-e', 'console.log("{ not json")']],
    ['it takes too long', ['-e', 'setInterval(() => {}, 1000)']],
    ['it floods', ['-e', 'setInterval(() => process.stdout.write("x".repeat(1e7)), 1)']],
  ])(
    'a check that gives no result, because %s: the edit stays, or goes where that is asked',
    async (_, args) => {
      const root = await makeProject({ files: { 'a.txt': 'fine\n' } })
      const check = commandCheck({
        root,
        command: process.execPath,
        arguments: args,
        format: 'eslint-json',
        timeout: 700,
      })
      const kept = await guarded(root, { check })
      const told = await kept.use('write', { path: 'a.txt', content: 'new\n' })
      expect(told).toMatchObject({ type: 'completed' })
      expect(textOf(told)).toMatch(/\[The change was not checked: .* gave no result, because .{10}/)
      expect(await text(root, 'a.txt')).toBe('new\n')
      const strict = await guarded(root, { check, unchecked: 'undo' })
      expect(await strict.use('write', { path: 'a.txt', content: 'newer\n' })).toMatchObject({
        code: 'edit-not-checked',
      })
      expect(await text(root, 'a.txt')).toBe('new\n')
    },
  )

  test('a check that breaks in the middle leaves the edit and says so', async () => {
    const root = await makeProject({ files: { 'a.txt': 'bad\n' } })
    let looks = 0
    const inner = badLines()
    const check: Check = {
      ...inner,
      run: (paths, signal) =>
        ++looks === 2 ? Promise.reject(new Error('the disk is full')) : inner.run(paths, signal),
    }
    const { use } = await guarded(root, { check })
    expect(textOf(await use('write', { path: 'a.txt', content: 'bad\nbad\n' }))).toContain(
      'not checked: the disk is full',
    )
    expect(await text(root, 'a.txt')).toBe('bad\nbad\n')
  })

  test('linters with ESLint JSON, by file', async () => {
    const root = await makeProject({
      files: { 'a.js': 'debugger\nexport const a = 1\n' },
      programs: ['oxlint'],
    })
    const command = join(root, 'node_modules/.bin/oxlint')
    const check = commandCheck({ root, command, arguments: ['-f', 'json', '{files}'], format: 'eslint-json' })
    expect((await check.run([join(root, 'a.js')], new AbortController().signal)).type).toBe('unknown')
    const unix = commandCheck({ root, command, arguments: ['-f', 'unix', '{files}'], format: 'unix' })
    const { use } = await guarded(root, { check: unix })
    const undone = await use('edit', { path: 'a.js', old_text: '= 1', new_text: '= 1\nif (a == a) debugger' })
    expect(undone).toMatchObject({ code: 'edit-rolled-back' })
    expect(await use('edit', { path: 'a.js', old_text: '= 1', new_text: '= 2' })).toMatchObject({
      type: 'completed',
    })
  })
})
