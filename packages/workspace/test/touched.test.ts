import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { scratch } from './scratch.ts'

test('what was touched through a link is seen under its own name', async () => {
  const { write, open, root } = await scratch()
  await write({ 'd/a.txt': 'a', 'b.txt': 'b' })
  await symlink('d', join(root, 'way'))
  await symlink('b.txt', join(root, 'alias'))
  const workspace = await open()
  const { id } = await workspace.snapshot()
  await write({ 'd/a.txt': 'A' })
  const { id: first } = await workspace.snapshot(['way/a.txt'])
  expect(await workspace.changes(id, first)).toEqual([{ path: 'd/a.txt', change: 'modified' }])
  await write({ 'b.txt': 'B' })
  const { id: second } = await workspace.snapshot(['alias'])
  expect(await workspace.changes(first, second)).toEqual([{ path: 'b.txt', change: 'modified' }])
})

test('the first file of a repository within is seen where it alone is named', async () => {
  const { git, write, open, root } = await scratch()
  await write({ 'a.txt': 'a' })
  await mkdir(join(root, 'sub/deep'), { recursive: true })
  git(['init', '-q'], 'sub')
  const workspace = await open()
  const { id } = await workspace.snapshot()
  await write({ 'sub/deep/b.txt': 'b' })
  const { id: now } = await workspace.snapshot(['sub/deep/b.txt'])
  expect(await workspace.changes(id, now)).toEqual([{ path: 'sub/deep/b.txt', change: 'added' }])
})

test.each(['../outside.txt', '/etc/hosts', '', '.', 'a.txt/below'])(
  'a touched path that is none of a file here, %j, fails nothing and hides nothing',
  async (path) => {
    const { write, open } = await scratch()
    await write({ 'a.txt': 'a' })
    const workspace = await open()
    const { id } = await workspace.snapshot()
    await write({ 'a.txt': 'A' })
    const { id: now } = await workspace.snapshot(['a.txt', path])
    expect(await workspace.changes(id, now)).toEqual([{ path: 'a.txt', change: 'modified' }])
  },
)
