import { expect, test } from 'vitest'

import { scratch } from './scratch.ts'

test('differences are shown as git shows them', async () => {
  const { write, open } = await scratch()
  const workspace = await open()
  await write({ 'a.txt': 'one\ntwo\n' })
  const { id } = await workspace.snapshot()
  await write({ 'a.txt': 'one\nTWO\n' })
  expect(await workspace.difference(id)).toContain('-two\n+TWO\n')
})
