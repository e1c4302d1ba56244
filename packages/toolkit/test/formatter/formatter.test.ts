import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Tool } from '@keepup/core'
import { expect, test } from 'vitest'

import { createFormatter, type FormattingOptions, withFormatter } from '../../src/formatter/index.ts'
import { createWorkingFiles, toolkit } from '../../src/index.ts'
import { call, textOf } from '../call-tool.ts'
import { barePath, makeProject } from '../code-intelligence/project.ts'

async function formatting(root: string, options: FormattingOptions = {}, timeout = 30_000) {
  const formatter = await createFormatter({ root, environment: barePath(), timeout })
  const files = createWorkingFiles()
  const tools = withFormatter(toolkit({ root, shell: false, files }), formatter, { files, ...options })
  const tool = (name: string): Tool => {
    const found = tools.find((one) => one.name === name)
    if (found === undefined) throw new Error(`there is no tool ${name}`)
    return found
  }
  return { tool, formatter, use: (name: string, input: unknown) => call(tool(name), input) }
}

const text = (root: string, name: string) => readFile(join(root, name), 'utf8')

test.each([
  {
    program: 'prettier',
    files: { 'package.json': '{ "prettier": { "semi": false } }' },
    shaped: 'const a = 1\n',
  },
  { program: 'prettier', files: { '.prettierrc': '{}' }, shaped: 'const a = 1;\n' },
  { program: 'biome', files: { 'biome.json': '{}' }, shaped: 'const a = 1;\n' },
  { program: 'oxfmt', files: { '.oxfmtrc.json': '{}' }, shaped: 'const a = 1;\n' },
])('$program, where the project asks for it', { timeout: 60_000 }, async ({ program, files, shaped }) => {
  const root = await makeProject({
    files,
    programs: [program === 'oxfmt' ? 'oxfmt=../../../node_modules/.bin/oxfmt' : program],
  })
  const { use, tool } = await formatting(root)
  const effects = tool('write').effects({ path: 'a.js', content: '' })
  expect(effects.find(({ kind }) => kind === 'exec')?.target).toMatch(new RegExp(`^${program} `))
  const written = await use('write', { path: 'a.js', content: 'const   a=1' })
  expect(textOf(written)).toContain(`[a.js was formatted by ${program}`)
  expect(await text(root, 'a.js')).toBe(shaped)
  // The thread knows the file as it was formatted.
  expect(await use('edit', { path: 'a.js', old_text: '1', new_text: '2' })).toMatchObject({
    type: 'completed',
  })
})

test(
  'a file that was out of shape before is left so, unless all are asked for',
  { timeout: 60_000 },
  async () => {
    const content = 'const   a=1\n\n\n\nconst b   =  2\n'
    const root = await makeProject({
      files: { '.prettierrc': '{}', 'a.js': content },
      programs: ['prettier'],
    })
    const edit = { path: 'a.js', old_text: 'b   =  2', new_text: 'b   =  3' }
    const careful = await formatting(root)
    expect(textOf(await careful.use('edit', edit))).toBe('Edited a.js at line 5.')
    expect(await text(root, 'a.js')).toBe(content.replace('2', '3'))
    const eager = await formatting(root, { only: 'all' })
    await eager.use('edit', { ...edit, old_text: '3', new_text: '4' })
    expect(await text(root, 'a.js')).toBe('const a = 1;\n\nconst b = 4;\n')
  },
)

test('a formatter that fails, hangs or is missing leaves the file as it was written, and is told of', async () => {
  const root = await makeProject({ files: { '.prettierrc': '{}' } })
  const write = { path: 'a.js', content: 'const   a=1' }
  const missing = await (await formatting(root)).use('write', write)
  expect(textOf(missing)).toMatch(/a\.js was not formatted: prettier is neither .* Install it/)
  await mkdir(join(root, 'node_modules/.bin'), { recursive: true })
  const program = join(root, 'node_modules/.bin/prettier')
  const say = async (script: string, name: string) => {
    await writeFile(program, `#!/bin/sh\n${script}\n`)
    await chmod(program, 0o755)
    return textOf(await (await formatting(root, {}, 500)).use('write', { ...write, path: name }))
  }
  expect(await say('echo broken >&2; exit 2', 'b.js')).toMatch(/ended with code 2, saying: broken/)
  expect(await say('sleep 600', 'c.js')).toMatch(/was ended: it took longer than 500 ms/)
  expect(await say('exit 0', 'd.js')).toMatch(/was not formatted: prettier ended with code 0/)
  expect(await say('cat >/dev/null; yes', 'e.js')).toMatch(/was not formatted: prettier was ended/)
  for (const name of ['a.js', 'b.js', 'c.js', 'd.js', 'e.js'])
    expect(await text(root, name)).toBe(write.content)
})

test('without a configuration nothing is formatted and nothing is run', async () => {
  const root = await makeProject({
    files: { 'package.json': '{ "devDependencies": { "prettier": "3" } }' },
    programs: ['prettier'],
  })
  const { use, tool, formatter } = await formatting(root)
  expect(
    tool('write')
      .effects({ path: 'a.js', content: 'x' })
      .some(({ kind }) => kind === 'exec'),
  ).toBe(false)
  expect(textOf(await use('write', { path: 'a.js', content: 'const   a=1' }))).toBe(
    'Created a.js (11 bytes).',
  )
  const known = await formatter.format(join(root, 'a.js'), Buffer.from('x'), new AbortController().signal)
  expect(known).toEqual({ type: 'failed', reason: 'the project has no formatter for it' })
})
