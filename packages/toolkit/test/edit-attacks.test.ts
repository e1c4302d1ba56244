import { link, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test, vi } from 'vitest'

import { createWorkingFiles, editTool, multiEditTool, type TextEdit } from '../src/index.ts'
import { call, contextOf, newKey, temporaryFolder, textOf } from './call-tool.ts'
import { readTree, writeTree } from './patch/tree.ts'
import { see } from './see.ts'

// Real files on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

async function edited(
  content: string,
  old_text: string,
  new_text: string,
): Promise<{ file: string; told: string }> {
  const root = await temporaryFolder()
  await writeFile(join(root, 'f'), content)
  const told = textOf(await call(editTool(root, await see(root, 'f')), { path: 'f', old_text, new_text }))
  return { file: await readFile(join(root, 'f'), 'utf8'), told }
}

test.each([
  ['a byte order mark', '\u{FEFF}one  \ntwo\n', 'one\ntwo', '1\n2', '\u{FEFF}1\n2\n'],
  ['carriage returns alone', 'one\rtwo\rthree', 'one\ntwo', '1\n2', '1\r2\rthree'],
  ['line breaks of all kinds', 'a \r\nb\nc\rd', 'a\nb\nc', 'a\nB\nc', 'a \r\nB\nc\rd'],
  ['no line break at the end', 'one \ntwo', 'one\ntwo', '1\n2', '1\n2'],
  [
    'a line break at the end that the old text has and the file has not',
    'one \ntwo',
    'one\ntwo\n',
    '1\n2\n',
    'one \ntwo',
  ],
  [
    'surrogate pairs that begin alike',
    'a “\u{1F600}” word\n',
    '"\u{1F600}" word',
    '"\u{1F601}" word',
    'a “\u{1F601}” word\n',
  ],
  ['an old text larger than the file', 'a\n', 'a\nb\nc\nd\n', 'x', 'a\n'],
])('%s: %j', async (_, content, old_text, new_text, expected) => {
  expect((await edited(content, old_text, new_text)).file).toBe(expected)
})

test('a hundred thousand lines, alike and not, end soon and change in one place', async () => {
  const lines = Array.from({ length: 100_000 }, (_, index) => `\tline ${index % 10} of many  \n`)
  lines[77_777] = '\tthe odd one  \n'
  const content = lines.join('')
  const old_text = 'line 6 of many\nthe odd one\nline 8 of many'
  const found = await edited(content, `\t${old_text.replaceAll('\n', '\n\t')}`, '\tgone')
  expect(found.file).toBe(
    content.replace(/\tline 6 of many {2}\n\tthe odd one {2}\n\tline 8 of many/, '\tgone'),
  )
  const same = 'x\n'.repeat(100_000)
  const nearly = await edited(same, `${'x \n'.repeat(5_000)}y`, 'z')
  expect(nearly.told).toContain('does not stand')
  const many = await edited(same, 'x \nx ', 'z')
  expect(many.told).toMatch(/does not stand|several times/)
})

test('an empty old text and one that is the whole file', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'f'), '')
  const empty = await call(editTool(root), { path: 'f', old_text: '', new_text: 'x' })
  expect(textOf(empty)).toContain('old_text is empty')
  expect((await edited('all\nof it\n', 'all\nof it\n', '')).file).toBe('')
})

test('edits that overlap are done one after the other, or none', async () => {
  const root = await temporaryFolder()
  await writeTree(root, { f: 'a b c\n' })
  const files = await see(root, 'f')
  const edit = async (...edits: readonly TextEdit[]): Promise<string> =>
    textOf(await call(multiEditTool(root, files), { path: 'f', edits }))
  const told = await edit({ old_text: 'a b', new_text: 'x' }, { old_text: 'b c', new_text: 'y' })
  expect(told).toMatch(/^Edit 2 of 2: .*None of the edits was done\.$/s)
  expect(await readTree(root)).toEqual({ f: 'a b c\n' })
  expect(await edit({ old_text: 'a b', new_text: 'x b' }, { old_text: 'b c', new_text: 'y' })).toBe(
    '1. Edited f at line 1.\n2. Edited f at line 1.',
  )
  expect(await readTree(root)).toEqual({ f: 'x y\n' })
})

test('a link leads to what is edited, and the other name of a file keeps the old bytes', async () => {
  const root = await temporaryFolder()
  await writeTree(root, { f: 'it’s\n' })
  await symlink('f', join(root, 'alias'))
  await link(join(root, 'f'), join(root, 'same'))
  const files = await see(root, 'alias')
  const outcome = await call(editTool(root, files), { path: 'f', old_text: "it's", new_text: "it's so" })
  expect(outcome.type).toBe('completed')
  expect(await readTree(root)).toEqual({ f: 'it’s so\n', same: 'it’s\n' })
})

const several: readonly TextEdit[] = [
  { old_text: 'one', new_text: 'two' },
  { old_text: 'two\nthree', new_text: '2\n3' },
  { old_text: 'away\n', new_text: '' },
]

test.each([
  ['happened', 'one\nthree\naway\n', true, 'completed'],
  ['did not happen', 'one\nthree\naway\n', false, 'edit-not-done'],
  ['cannot be told', 'other\n', false, 'unknown'],
])('after a crash the file tells that several edits %s', async (_, content, happened, expected) => {
  const root = await temporaryFolder()
  await writeTree(root, { f: content })
  const tool = multiEditTool(root)
  if (happened) expect((await call(tool, { path: 'f', edits: several })).type).toBe('completed')
  const outcome = await tool.reconcile?.({ path: 'f', edits: several }, contextOf())
  expect(outcome?.type === 'failed' ? outcome.code : outcome?.type).toBe(expected)
})

test('what was not renamed did not happen, whatever the file holds', async () => {
  const root = await temporaryFolder()
  const key = newKey()
  await writeTree(root, { f: 'unclear\n', [`.f.${key.slice(0, 16)}.keepup`]: 'half' })
  for (const tool of [editTool(root), multiEditTool(root)]) {
    await writeFile(join(root, `.f.${key.slice(0, 16)}.keepup`), 'half')
    const input = { path: 'f', old_text: 'a', new_text: 'b', edits: several }
    expect(await tool.reconcile?.(input, contextOf(key))).toMatchObject({ code: 'edit-not-done' })
    expect(await readTree(root)).toEqual({ f: 'unclear\n' })
  }
})

test('an edit that was found but for a difference is recognised after a crash', async () => {
  const root = await temporaryFolder()
  await writeTree(root, { f: 'f:\n\tcall()  \n\tmore()\n' })
  const input = { path: 'f', old_text: '    call()\n    more()', new_text: '    called()\n    more()' }
  const files = await see(root, 'f')
  expect(await editTool(root).reconcile?.(input, contextOf())).toMatchObject({ code: 'edit-not-done' })
  expect((await call(editTool(root, files), input)).type).toBe('completed')
  expect((await editTool(root, createWorkingFiles()).reconcile?.(input, contextOf()))?.type).toBe('completed')
})
