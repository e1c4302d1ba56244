import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { ToolOutcome } from '@keepup/core'
import { expect, test } from 'vitest'

import { editTool } from '../src/index.ts'
import { call, contextOf, newKey, temporaryFolder } from './call-tool.ts'
import { see } from './see.ts'

const edits = [
  { old_text: 'one', new_text: 'two' },
  { old_text: 'one', new_text: 'one and a half' },
  { old_text: 'one', new_text: '' },
  { old_text: 'one', new_text: 'two\nthree' },
  { old_text: 'one\n', new_text: 'one\none again\n' },
  { old_text: 'o', new_text: 'oo', replace_all: true },
]

async function reconciled(
  content: string,
  edit: (typeof edits)[number],
  happened: boolean,
): Promise<ToolOutcome> {
  const root = await temporaryFolder()
  await writeFile(join(root, 'file'), content)
  const tool = editTool(root, await see(root, 'file'))
  const input = { path: 'file', ...edit }
  if (happened) expect((await call(tool, input)).type).toBe('completed')
  if (tool.reconcile === undefined) throw new Error('an edit can be reconciled')
  return tool.reconcile(input, contextOf())
}

test.each(edits)('the file tells that %j happened', async (edit) => {
  expect((await reconciled('zero\r\none\r\n', edit, true)).type).toBe('completed')
})

test.each(edits)('the file tells that %j did not happen', async (edit) => {
  expect(await reconciled('zero\none\n', edit, false)).toMatchObject({
    type: 'failed',
    code: 'edit-not-done',
  })
})

test('where the file tells neither, nobody knows', async () => {
  const edit = { old_text: 'one', new_text: 'two' }
  expect((await reconciled('three\n', edit, false)).type).toBe('unknown')
  expect((await reconciled('one two\n', edit, false)).type).toBe('unknown')
})

test('what the crash left behind is removed', async () => {
  const root = await temporaryFolder()
  const key = newKey()
  await writeFile(join(root, 'file'), 'one')
  await writeFile(join(root, `.file.${key.slice(0, 16)}.keepup`), 'half')
  await editTool(root).reconcile?.({ path: 'file', old_text: 'one', new_text: 'two' }, contextOf(key))
  expect(await readdir(root)).toEqual(['file'])
})
