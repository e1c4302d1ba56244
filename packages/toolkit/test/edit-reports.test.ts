import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { editTool, multiEditTool } from '../src/index.ts'
import { call, temporaryFolder, textOf } from './call-tool.ts'
import { see } from './see.ts'

// What was reported of other editors of this kind: a match that was not exact changed what nobody had named. The cases are our own.

async function edit(
  content: string,
  old_text: string,
  new_text: string,
): Promise<{ file: string; told: string }> {
  const root = await temporaryFolder()
  await writeFile(join(root, 'file'), content)
  const told = textOf(
    await call(editTool(root, await see(root, 'file')), { path: 'file', old_text, new_text }),
  )
  return { file: await readFile(join(root, 'file'), 'utf8'), told }
}

test('white space at the end of lines that were not named stays (earendil-works/pi#5899)', async () => {
  const content = 'keep   \nchange me   \nand me\nkeep too\t \n'
  const { file } = await edit(content, 'change me\nand me', 'A\nB')
  expect(file).toBe('keep   \nA\nB\nkeep too\t \n')
})

test('typography in lines that were not named stays (earendil-works/pi#3554)', async () => {
  const content = 'const a = "one"\n// “quoted” — and a dash, and a\u00A0space  \nconst b = "two"\n'
  const { file } = await edit(content, 'const b = “two”', 'const b = "three"')
  expect(file).toBe(content.replace('two', 'three'))
})

test('typography on the same line stays where it was not named (openclaw/openclaw#116459)', async () => {
  const content = 'export const LIMIT\u00A0MAX = 3; // 再試行（最大３回）ｱｲｳ — “so”\n'
  const { file } = await edit(content, 'LIMIT MAX = 3;', 'LIMIT_MAX = 5;')
  expect(file).toBe('export const LIMIT_MAX = 5; // 再試行（最大３回）ｱｲｳ — “so”\n')
})

test('a match that was not exact is never told as one (anomalyco/opencode#34424, #45491)', async () => {
  const { file, told } = await edit('first\n   second\nthird\n', '    second', '    2nd')
  expect(file).toBe('first\n   2nd\nthird\n')
  expect(told).toContain('did not stand there exactly so: it was found by indentation (confidence 0.95)')
})

test('text of an earlier state of the file finds nothing that resembles it (can1357/oh-my-pi#10454)', async () => {
  const before = 'const save = async () => {\n  open()\n  write(all)\n  close()\n}\n'
  const after = 'const save = async () => {\n  open()\n  await write(some)\n  close()\n}\n'
  const { file, told } = await edit(after, before, 'const save = () => {}\n')
  expect(file).toBe(after)
  expect(told).toContain('1\tconst save = async () => {')
})

test('first and last line alone are no match (NousResearch/hermes-agent#54572, #93698)', async () => {
  const content = 'def pay(order):\n    check(order)\n    charge(order.total)\n    return True\n'
  const old_text = 'def pay(order):\n    check(order)\n    refund(order.total)\n    return True\n'
  expect((await edit(content, old_text, 'pass\n')).file).toBe(content)
})

test('typography stays in lines of the old text that the new one does not change (NousResearch/hermes-agent#32579)', async () => {
  const content = '# Title — one\n\n“Quoted”, it’s\u00A0so…\n\nThe end — really\n'
  const old_text = '# Title - one\n\n"Quoted", it\'s so…\n\nThe end - really\n'
  const new_text = '# Title - two\n\n"Quoted", it\'s so…\n\nThe end - really\n'
  expect((await edit(content, old_text, new_text)).file).toBe(content.replace('one', 'two'))
})

test('a first line that begins after its indentation doubles nothing on Windows (NousResearch/hermes-agent#88264)', async () => {
  const content = 'def f():\r\n    if x:\r\n        y = 2\r\n        print(y)\r\n'
  const { file } = await edit(content, 'if x:\n        y = 2', 'if x:\n        y = 3')
  expect(file).toBe(content.replace('2', '3'))
})

test('backslashes of the new text stay what they are (NousResearch/hermes-agent#72098, #100730)', async () => {
  const path = String.raw`dir\run.bat \"x\" \\ \n`
  const { file } = await edit('one\r\ntwo\r\n', 'one\ntwo', `${path}\ntwo`)
  expect(file).toBe(`${path}\r\ntwo\r\n`)
})

test('the same edits twice do not pile up (NousResearch/hermes-agent#18426)', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'file'), '## A\nold\n')
  const tool = multiEditTool(root, await see(root, 'file'))
  const input = { path: 'file', edits: [{ old_text: '## A\nold', new_text: '## A\nnew' }] }
  expect((await call(tool, input)).type).toBe('completed')
  expect((await call(tool, input)).type).toBe('failed')
  expect(await readFile(join(root, 'file'), 'utf8')).toBe('## A\nnew\n')
})
