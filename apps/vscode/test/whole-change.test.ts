import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { wholeChange } from '../src/native/whole-change.ts'

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-vscode-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'a.txt')
  writeFileSync(path, text)
  return path
}

test('a piece that stands in its file once is shown within it, before and after it was changed', async () => {
  const path = fileWith('one\ntwo\n')
  const proposed = await wholeChange({ path, before: 'two', after: '$& three' })
  expect(proposed).toEqual({ path, before: 'one\ntwo\n', after: 'one\n$& three\n' })
  writeFileSync(path, 'one\n$& three\n')
  expect(await wholeChange({ path, before: 'two', after: '$& three' })).toEqual(proposed)
})

test('where it stands twice, or there is no such file, the piece is shown alone', async () => {
  const twice = { path: fileWith('aXa'), before: 'a', after: 'b' }
  expect(await wholeChange(twice)).toBe(twice)
  const gone = { path: join(tmpdir(), 'nowhere', 'a.txt'), before: 'a', after: 'b' }
  expect(await wholeChange(gone)).toBe(gone)
  const folder = { path: tmpdir(), before: 'a', after: 'b' }
  expect(await wholeChange(folder)).toBe(folder)
})
