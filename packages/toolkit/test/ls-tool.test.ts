import { execFileSync } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { lsTool } from '../src/index.ts'
import { call, temporaryFolder, textOf } from './call-tool.ts'

test('a folder is listed: folders first, hidden files too, links with where they lead', async () => {
  const root = await temporaryFolder()
  await mkdir(join(root, 'src'))
  await mkdir(join(root, '.git'))
  await writeFile(join(root, 'b.txt'), '123')
  await writeFile(join(root, '.env'), '')
  await writeFile(join(root, 'a\nb'), '')
  await symlink('/etc/passwd', join(root, 'link'))
  execFileSync('mkfifo', [join(root, 'pipe')])
  const outcome = await call(lsTool(root), {})
  expect(textOf(outcome)).toBe(
    '.git/\nsrc/\n.env (0 bytes)\n"a\\nb" (0 bytes)\nb.txt (3 bytes)\nlink -> /etc/passwd\npipe (no plain file)',
  )
  expect(outcome).toMatchObject({ output: { structured: { path: '.', total: 7 } } })
  expect(textOf(await call(lsTool(root), { path: 'src' }))).toBe('[The folder is empty]')
})

test('more than is shown is told of', async () => {
  const root = await temporaryFolder()
  await Promise.all(Array.from({ length: 1_005 }, (_, index) => writeFile(join(root, `f${index}`), '')))
  const text = textOf(await call(lsTool(root), {}))
  expect(text.split('\n')).toHaveLength(1_001)
  expect(text).toContain('[5 more entries')
})

test('files, what is not there and what lies outside are refused with what to do', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'f'), '')
  await symlink('..', join(root, 'up'))
  expect(textOf(await call(lsTool(root), { path: 'f' }))).toContain('is no folder. Read it with read')
  expect(textOf(await call(lsTool(root), { path: 'none' }))).toContain('There is no folder "none"')
  expect(await call(lsTool(root), { path: 'up' })).toMatchObject({ code: 'tool-denied' })
  expect(await call(lsTool(root), { path: '..' })).toMatchObject({ code: 'tool-denied' })
})
