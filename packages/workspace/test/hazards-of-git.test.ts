import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, expect, test, vi } from 'vitest'

import { refuseLosses } from '../src/refuse-losses.ts'
import type { Shadow, TreeChange } from '../src/shadow.ts'
import { scratch } from './scratch.ts'

afterEach(() => vi.unstubAllEnvs())

test('what the project keeps elsewhere by LFS is kept as the files are, without LFS being there', async () => {
  const { git, write, open, text, storage } = await scratch()
  git(['init', '-q'])
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n'
  await write({ '.gitattributes': '*.big filter=lfs diff=lfs merge=lfs -text\n', 'a.big': pointer })
  git(['add', '.'])
  git(['commit', '-qm', 'pointer'])
  // As after a checkout with LFS: the content lies in the folder, and git was told that nothing differs.
  git(['config', 'filter.lfs.required', 'true'])
  git(['config', 'filter.lfs.clean', `touch ${storage}-ran; false`])
  git(['config', 'filter.lfs.smudge', `touch ${storage}-ran; false`])
  await write({ 'a.big': 'real content' })
  git(['update-index', '--assume-unchanged', 'a.big'])
  const workspace = await open()
  const { id, uncovered } = await workspace.snapshot()
  expect(uncovered).toEqual([])
  await write({ 'a.big': 'changed' })
  await workspace.restore(id)
  expect(await text('a.big')).toBe('real content')
  expect(existsSync(`${storage}-ran`)).toBe(false)
})

test('nothing of the configuration in a home changes a snapshot', async () => {
  const { write, open, root, text, storage } = await scratch()
  const home = `${storage}-home`
  await write({ '.gitattributes': '*.txt filter=f text eol=crlf\n', 'a.txt': 'a\r\nb\n', 'b.log': 'b' })
  spawnSync('mkdir', ['-p', home])
  const ignored = join(home, 'ignored')
  await writeFile(ignored, '*.log\n')
  const clean = `[filter "f"]\n  clean = "touch ${storage}-ran; cat"\n  smudge = "touch ${storage}-ran; cat"\n`
  await writeFile(
    join(home, '.gitconfig'),
    `${clean}[core]\n  autocrlf = true\n  excludesFile = ${ignored}\n  fsmonitor = "touch ${storage}-ran"\n`,
  )
  vi.stubEnv('HOME', home)
  vi.stubEnv('XDG_CONFIG_HOME', home)
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(home, '.gitconfig'))
  vi.stubEnv('GIT_CONFIG_COUNT', '1')
  vi.stubEnv('GIT_CONFIG_KEY_0', 'core.hooksPath')
  vi.stubEnv('GIT_CONFIG_VALUE_0', home)
  const workspace = await open()
  const { id } = await workspace.snapshot()
  await rm(join(root, 'a.txt'))
  await rm(join(root, 'b.log'))
  await workspace.restore(id)
  expect([await text('a.txt'), await text('b.log')]).toEqual(['a\r\nb\n', 'b'])
  expect(existsSync(`${storage}-ran`)).toBe(false)
})

test('no clean-up of git takes a snapshot that is held', async () => {
  const { write, open, text, storage } = await scratch()
  const workspace = await open()
  await write({ 'a.txt': 'first' })
  const { id } = await workspace.snapshot()
  await write({ 'a.txt': 'second' })
  await workspace.snapshot()
  const shadow = ['--git-dir', join(storage, 'shadow.git')]
  for (const args of [
    ['gc', '--prune=now', '--quiet'],
    ['repack', '-adq'],
    ['prune', '--expire=now'],
  ])
    expect(spawnSync('git', [...shadow, ...args]).status).toBe(0)
  await workspace.restore(id)
  expect(await text('a.txt')).toBe('first')
  // A control: without its ref it is taken.
  spawnSync('git', [...shadow, 'update-ref', '-d', `refs/keepup/any/${id}`])
  spawnSync('git', [...shadow, 'gc', '--prune=now', '--quiet'])
  await expect(workspace.restore(id)).rejects.toMatchObject({ code: 'checkpoint-unknown' })
})

test('a disk that takes names in two spellings for one gets neither of two files with such names', async () => {
  const { root, storage } = await scratch()
  const shadow = (ignoresCase: boolean): Shadow => ({
    root,
    storage,
    repository: storage,
    index: storage,
    holder: 'any',
    bounds: { largestFile: 1, mostFiles: 1, longestLook: 1 },
    ignoresCase,
  })
  const added = (path: string): TreeChange => ({
    path,
    change: 'added',
    before: { kind: 'none', content: '' },
    after: { kind: 'file', content: '1' },
  })
  for (const [one, other] of [
    ['Makefile', 'makefile'],
    ['a/\u00e9.txt', 'A/E\u0301.TXT'.toLowerCase()],
  ] as const) {
    const changes = [added(one), added(other)]
    await expect(refuseLosses(shadow(true), changes)).rejects.toMatchObject({
      code: 'workspace-conflict',
      message: expect.stringContaining(`the same file as ${one}`) as string,
    })
    await expect(refuseLosses(shadow(false), changes)).resolves.toBeUndefined()
  }
  await expect(refuseLosses(shadow(true), [added('a'), added('b')])).resolves.toBeUndefined()
})
