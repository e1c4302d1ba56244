import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Tool, type ToolOutcome } from '@keepup/core'
import { expect, test } from 'vitest'

import { codeTools, withDiagnostics } from '../../src/code-intelligence/index.ts'
import { createWorkingFiles, toolkit } from '../../src/index.ts'
import { call, textOf } from '../call-tool.ts'
import { intelligenceOf, makeProject } from './project.ts'

const files = {
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', noEmit: true } }),
  'package.json': '{ "type": "module" }',
  'add.ts': '\u{FEFF}export function add(a: number, b: number) {\r\n  return a + b\r\n}\r\n',
  'use.ts':
    "import { add } from './add.js'\nexport const sum = add(1, add(2, 3))\nexport const old: string = sum\n",
  'far/other.ts': "import { sum } from '../use.js'\nexport const text: number = sum\n",
}
const native = { programs: ['tsc=typescript/bin/tsc'], packages: { typescript: 'typescript' } }

async function open() {
  const root = await makeProject({ files, ...native })
  const intelligence = await intelligenceOf(root)
  const shared = createWorkingFiles()
  const tools = [
    ...withDiagnostics(toolkit({ root, shell: false, files: shared }), intelligence, { wait: 30_000 }),
    ...codeTools(intelligence, { wait: 30_000, files: shared }),
  ]
  const use = (name: string, input: unknown): Promise<ToolOutcome> => call(toolNamed(tools, name), input)
  return { root, tools, use, intelligence }
}

function toolNamed(tools: readonly Tool[], name: string): Tool {
  const found = tools.find((tool) => tool.name === name)
  if (found === undefined) throw new Error(`there is no tool ${name}`)
  return found
}

test('every tool says what it touches, what its arguments decide and whether it may be repeated', async () => {
  const { root, tools } = await open()
  const own = tools.filter(({ name }) =>
    ['definition', 'diagnostics', 'references', 'rename', 'symbols'].includes(name),
  )
  expect(own.map(({ name, repeat }) => `${name} ${repeat}`)).toEqual([
    'definition safe',
    'diagnostics safe',
    'references safe',
    'rename once',
    'symbols safe',
  ])
  const input = { path: 'use.ts', paths: ['use.ts'], line: 1, symbol: 'add', new_name: 'plus' }
  for (const tool of own) {
    expect(tool.effects(input)).toContainEqual({ kind: 'exec', target: 'tsc --lsp --stdio' })
    expect(tool.effects(input)).toContainEqual({ kind: 'read', target: root })
    expect(tool.sinks).toBeDefined()
    expect(tool.produces).toEqual({ default: 'free-text' })
  }
  expect(toolNamed(tools, 'rename').effects(input)).toContainEqual({ kind: 'write', target: root })
  expect(toolNamed(tools, 'edit').effects({ path: 'use.ts' })).toContainEqual({
    kind: 'exec',
    target: 'tsc --lsp --stdio',
  })
  expect(
    toolNamed(tools, 'read')
      .effects({ path: 'use.ts' })
      .some(({ kind }) => kind === 'exec'),
  ).toBe(false)
})

test('diagnostics, definition, references and symbols as a model reads them', async () => {
  const { use } = await open()
  expect(textOf(await use('diagnostics', { paths: ['use.ts'] }))).toBe(
    "use.ts:3:14 error 2322 Type 'number' is not assignable to type 'string'. (ts)",
  )
  expect(textOf(await use('diagnostics', { paths: ['add.ts'] }))).toBe('No findings in the file.')
  const name = { path: 'use.ts', line: 2, symbol: 'add' }
  expect(textOf(await use('definition', { ...name, occurrence: 2 }))).toBe(
    'add.ts:1:17\texport function add(a: number, b: number) {',
  )
  expect(textOf(await use('references', name)).split('\n')).toHaveLength(4)
  expect(textOf(await use('symbols', { path: 'add.ts' }))).toContain('add.ts:1\tfunction add')
  expect(textOf(await use('symbols', { path: 'use.ts', name: 'add' }))).toContain('add.ts:1\tfunction add')
})

test('a name that is not there, a path outside and a file that no server knows are failures that say so', async () => {
  const { use } = await open()
  const name = { path: 'use.ts', line: 2, symbol: 'ad' }
  expect(textOf(await use('definition', name))).toContain('"ad" stands not in line 2')
  expect(textOf(await use('definition', { ...name, symbol: 'add', occurrence: 3 }))).toContain('only 2 times')
  expect(textOf(await use('definition', { ...name, line: 99 }))).toContain('has no line 99')
  expect(await use('definition', { ...name, path: '../x.ts' })).toMatchObject({ code: 'tool-denied' })
  expect(textOf(await use('definition', { path: 'none.ts', line: 1, symbol: 'x' }))).toContain('no text file')
  expect(textOf(await use('symbols', { path: 'notes.txt' }))).toContain('No language server is known')
  expect(textOf(await use('diagnostics', { paths: ['notes.txt'] }))).toContain('nothing was checked')
})

test('a rename changes every file, line breaks and byte order mark as they were, and only names', async () => {
  const { root, use } = await open()
  const renamed = await use('rename', { path: 'use.ts', line: 2, symbol: 'add', new_name: 'plus' })
  expect(textOf(renamed)).toBe('Renamed add to plus at 4 places in 2 files:\nadd.ts\nuse.ts')
  for (const [name, text] of Object.entries(files).slice(2)) {
    expect(await readFile(join(root, name), 'utf8')).toBe(text.replaceAll(/\badd\b(?!\.js)/g, 'plus'))
  }
  // What the thread never read it may still not edit blindly, and what it knew it still knows.
  await use('read', { path: 'use.ts' })
  await use('rename', { path: 'use.ts', line: 2, symbol: 'plus', new_name: 'add' })
  expect((await use('edit', { path: 'use.ts', old_text: 'old', new_text: 'new' })).type).toBe('completed')
})

test('a rename that would reach into node_modules is refused as a whole', async () => {
  const { root, use } = await open()
  const text = "import { add } from './node_modules/own/index.js'\nexport const three = add(1, 2)\n"
  await writeFile(join(root, 'deep.ts'), text)
  const { mkdir } = await import('node:fs/promises')
  await mkdir(join(root, 'node_modules/own'))
  await writeFile(
    join(root, 'node_modules/own/index.ts'),
    'export const add = (a: number, b: number) => a + b\n',
  )
  const denied = await use('rename', { path: 'deep.ts', line: 2, symbol: 'add', new_name: 'plus' })
  expect(denied.type).not.toBe('completed')
  expect(await readFile(join(root, 'deep.ts'), 'utf8')).toBe(text)
})

test('an edit tells what it added, in itself and in files that were looked at, and not what was there', async () => {
  const { use } = await open()
  await use('diagnostics', { paths: ['use.ts', 'far/other.ts', 'add.ts'] })
  const edit = { path: 'add.ts', old_text: 'return a + b', new_text: 'return `${a}${b}`' }
  const told = await use('edit', edit)
  expect(textOf(told)).toContain('The change added findings:')
  expect(textOf(told)).toMatch(/use\.ts:2:27 error 2345/)
  expect(textOf(told)).toContain('far/other.ts:2:14 error 2322')
  expect(told).toMatchObject({ output: { structured: { path: 'add.ts', diagnostics: { complete: true } } } })
  const mended = await use('edit', { ...edit, old_text: edit.new_text, new_text: edit.old_text })
  // A moment ago this line was right, because the sum was a text.
  expect(textOf(mended)).toMatch(/added findings:\nuse\.ts:3:14 [^\n]*$/)
  const moved = await use('edit', { path: 'use.ts', old_text: 'import', new_text: '\n\nimport' })
  expect(textOf(moved)).toMatch(/added no findings/)
})

test('a second finding of the same words is new; files of no language are edited as ever', async () => {
  const { use } = await open()
  const twice = await use('edit', {
    path: 'use.ts',
    old_text: 'export const old: string = sum\n',
    new_text: 'export const old: string = sum\nexport const more: string = sum\n',
  })
  expect(
    textOf(twice)
      .split('\n')
      .filter((line) => line.includes('error')),
  ).toEqual(["use.ts:4:14 error 2322 Type 'number' is not assignable to type 'string'. (ts)"])
  expect(textOf(await use('write', { path: 'notes.txt', content: 'x' }))).toBe('Created notes.txt (1 bytes).')
})

test('an edit is told as done, whatever becomes of the check', async () => {
  const root = await makeProject({ files: { 'a.py': 'x = 1\n' } })
  const intelligence = await intelligenceOf(root, { environment: { PATH: '/nowhere' } })
  const tools = withDiagnostics(toolkit({ root, shell: false }), intelligence)
  const edited = await call(toolNamed(tools, 'write'), { path: 'a.py', content: 'x = 2\n' })
  expect(textOf(edited)).toContain('Replaced a.py')
  expect(textOf(edited)).toContain('[pyright: missing, ')
  expect(textOf(edited)).toContain('[not everything was checked: this may not be all]')
})
