import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { afterEach, describe, expect, test, vi } from 'vitest'

import { scratch } from './scratch.ts'

afterEach(() => vi.unstubAllEnvs())

describe('repositories within', () => {
  test('one without a commit costs nothing else, and its files are kept', async () => {
    const { git, write, open, root, text } = await scratch()
    await write({ 'a.txt': 'a', 'sub/s.txt': 's', 'sub/deep/d.txt': 'd' })
    git(['init', '-q'], 'sub')
    git(['init', '-q'], 'sub/deep')
    const workspace = await open()
    const { id, uncovered } = await workspace.snapshot()
    expect(uncovered).toEqual([])
    await rm(join(root, 'sub/s.txt'))
    await write({ 'sub/deep/d.txt': 'D', 'sub/deep/e.txt': 'e', 'a.txt': 'A' })
    expect(await workspace.changes(id)).toEqual([
      { path: 'a.txt', change: 'modified' },
      { path: 'sub/deep/d.txt', change: 'modified' },
      { path: 'sub/deep/e.txt', change: 'added' },
      { path: 'sub/s.txt', change: 'deleted' },
    ])
    await workspace.restore(id)
    expect([await text('a.txt'), await text('sub/s.txt'), await text('sub/deep/d.txt')]).toEqual([
      'a',
      's',
      'd',
    ])
    expect(existsSync(join(root, 'sub/deep/e.txt'))).toBe(false)
    expect(git(['status', '--porcelain'], 'sub')).toContain('s.txt')
  })

  test('one with commits is kept file by file, by its own rules of what to ignore; so is a submodule', async () => {
    const { git, write, open, text, root } = await scratch()
    await write({ 'sub/s.txt': 's', 'sub/.gitignore': '*.log\n', 'sub/x.log': 'x', 'a.txt': 'a' })
    git(['init', '-q'], 'sub')
    git(['add', '.'], 'sub')
    git(['commit', '-qm', 'x'], 'sub')
    git(['init', '-q'])
    git(['-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', './sub', 'module'])
    git(['add', '.'])
    git(['commit', '-qm', 'y'])
    const workspace = await open()
    const { id } = await workspace.snapshot()
    await write({ 'sub/s.txt': 'S', 'module/s.txt': 'M', 'sub/x.log': 'later' })
    await workspace.restore(id)
    expect([await text('sub/s.txt'), await text('module/s.txt'), await text('sub/x.log')]).toEqual([
      's',
      's',
      'later',
    ])
    expect(git(['status', '--porcelain'])).toBe('')
    expect(existsSync(join(root, 'sub/.git'))).toBe(true)
  })
})

describe('what the project or the user configures', () => {
  test('changes no byte: line endings', async () => {
    const { git, write, open, root, text } = await scratch()
    git(['init', '-q'])
    git(['config', 'core.autocrlf', 'true'])
    await write({ '.gitattributes': '* text=auto eol=lf\n', 'a.txt': 'one\r\ntwo\n', 'b.txt': 'x\r\n' })
    git(['add', '.'])
    git(['commit', '-qm', 'x'])
    const workspace = await open()
    const { id } = await workspace.snapshot()
    await rm(join(root, 'a.txt'))
    await rm(join(root, 'b.txt'))
    await workspace.restore(id)
    expect([await text('a.txt'), await text('b.txt')]).toEqual(['one\r\ntwo\n', 'x\r\n'])
  })

  test('runs no filter, keeps what a filter would have hidden, and runs no hook', async () => {
    const { git, write, open, root, text, storage } = await scratch()
    git(['init', '-q'])
    // A filter of the same length: only the attributes tell.
    await write({ '.gitattributes': '*.bin filter=f\n', 'a.bin': 'abc' })
    git(['config', 'filter.f.clean', `touch ${storage}-ran; tr abc xyz`])
    git(['config', 'filter.f.smudge', 'tr xyz abc'])
    git(['add', '.'])
    git(['commit', '-qm', 'x'])
    expect(git(['show', 'HEAD:a.bin'])).toBe('xyz')
    await rm(`${storage}-ran`)
    await mkdir(join(root, '.git/hooks'), { recursive: true })
    await writeFile(join(root, '.git/hooks/post-index-change'), `#!/bin/sh\ntouch ${storage}-ran\n`, {
      mode: 0o755,
    })
    const workspace = await open()
    const { id } = await workspace.snapshot()
    await write({ 'a.bin': 'changed' })
    await workspace.restore(id)
    expect(await text('a.bin')).toBe('abc')
    expect(existsSync(`${storage}-ran`)).toBe(false)
  })

  test('nothing leads into the repository that the environment names', async () => {
    const { git, write, open, root } = await scratch()
    git(['init', '-q'])
    await write({ 'a.txt': 'a' })
    git(['add', '.'])
    git(['commit', '-qm', 'x'])
    await write({ 'a.txt': 'b', 'c.txt': 'c' })
    const before =
      git(['status', '--porcelain']) + git(['log', '--all', '--format=%H']) + git(['for-each-ref'])
    vi.stubEnv('GIT_DIR', join(root, '.git'))
    vi.stubEnv('GIT_WORK_TREE', root)
    vi.stubEnv('GIT_INDEX_FILE', join(root, '.git/index'))
    vi.stubEnv('GIT_OBJECT_DIRECTORY', join(root, '.git/objects'))
    const workspace = await open()
    const { id } = await workspace.snapshot()
    await write({ 'a.txt': 'd' })
    await workspace.restore(id)
    vi.unstubAllEnvs()
    expect(
      git(['status', '--porcelain']) + git(['log', '--all', '--format=%H']) + git(['for-each-ref']),
    ).toBe(before)
    expect(git(['fsck'])).toBe('')
  })

  test('files that are marked as unchanged, or not to be checked out, are seen all the same', async () => {
    const { git, write, open, text } = await scratch()
    git(['init', '-q'])
    await write({ 'a.txt': 'a', 'b.txt': 'b' })
    git(['add', '.'])
    git(['commit', '-qm', 'x'])
    git(['update-index', '--assume-unchanged', 'a.txt'])
    git(['update-index', '--skip-worktree', 'b.txt'])
    await write({ 'a.txt': 'A', 'b.txt': 'B' })
    const workspace = await open()
    const { id } = await workspace.snapshot()
    await write({ 'a.txt': '?', 'b.txt': '?' })
    await workspace.restore(id)
    expect([await text('a.txt'), await text('b.txt')]).toEqual(['A', 'B'])
  })
})

describe('what cannot be kept', () => {
  test('is named: huge files, not pipes that are new; links are kept as links', async () => {
    const { write, open, root, text } = await scratch()
    await write({ 'a.txt': 'a', 'huge.bin': '' })
    await truncate(join(root, 'huge.bin'), 2_000)
    spawnSync('mkfifo', [join(root, 'pipe')])
    await symlink('a.txt', join(root, 'link'))
    await symlink('/etc', join(root, 'away'))
    const workspace = await open({ largestFile: 1_000 })
    const { id, uncovered } = await workspace.snapshot()
    expect(uncovered).toEqual([{ path: 'huge.bin', reason: 'it has 2000 bytes, and at most 1000 are kept' }])
    await rm(join(root, 'link'))
    await rm(join(root, 'away'))
    await mkdir(join(root, 'away'))
    await write({ 'away/file': 'x' })
    await workspace.restore(id)
    expect(await text('link')).toBe('a')
    expect((await stat(join(root, 'away'))).ino).toBe((await stat('/etc')).ino)
    expect((await stat(join(root, 'huge.bin'))).size).toBe(2_000)
    // A look at other paths does not forget.
    expect((await workspace.snapshot(['a.txt'])).uncovered).toHaveLength(1)
  })

  test('is named: a pipe in the place of a file that was kept, which a restore does not remove', async () => {
    const { write, open, root } = await scratch()
    await write({ 'a.txt': 'a', 'b.txt': 'b' })
    const workspace = await open()
    const { id } = await workspace.snapshot()
    await rm(join(root, 'a.txt'))
    spawnSync('mkfifo', [join(root, 'a.txt')])
    const later = await workspace.snapshot()
    expect(later.uncovered).toEqual([{ path: 'a.txt', reason: 'it is no plain file' }])
    expect(await workspace.read(later.id, 'a.txt')).toBeUndefined()
    await expect(workspace.restore(id)).rejects.toMatchObject({ code: 'workspace-conflict' })
    expect((await stat(join(root, 'a.txt'))).isFIFO()).toBe(true)
  })

  test('is never overwritten: a restore that would is refused whole', async () => {
    const { write, open, root, text } = await scratch()
    await write({ 'a.txt': 'a', 'grows.txt': 'small' })
    const workspace = await open({ largestFile: 1_000 })
    const { id } = await workspace.snapshot()
    await write({ 'a.txt': 'A', 'grows.txt': 'x'.repeat(2_000) })
    await expect(workspace.restore(id)).rejects.toMatchObject({ code: 'workspace-conflict' })
    expect(await text('a.txt')).toBe('A')
    await workspace.restore(id, ['a.txt'])
    expect(await text('a.txt')).toBe('a')
    expect((await text('grows.txt')).length).toBe(2_000)
    await rm(join(root, 'grows.txt'))
    await workspace.restore(id)
    expect(await text('grows.txt')).toBe('small')
  })

  test('a folder that became a link that nobody keeps is not written through', async () => {
    const { write, open, root, storage } = await scratch()
    const outside = `${storage}-outside`
    await mkdir(outside)
    await write({ 'd/a.txt': 'a', '.gitignore': '' })
    const workspace = await open()
    const { id } = await workspace.snapshot()
    await rm(join(root, 'd'), { recursive: true })
    await write({ '.gitignore': '/d\n' })
    await symlink(outside, join(root, 'd'))
    await expect(workspace.restore(id, ['d'])).rejects.toMatchObject({ code: 'workspace-conflict' })
    expect(await readdir(outside)).toEqual([])
  })

  test.skipIf(process.getuid?.() !== 0)('files and folders that may not be read cost no others', async () => {
    const { write, root, storage } = await scratch()
    await write({ 'a.txt': 'a', 'b.txt': 'b', 'closed/c.txt': 'c' })
    await mkdir(storage)
    spawnSync('chown', ['-R', 'nobody', join(root, '..')])
    await chmod(join(root, 'b.txt'), 0)
    await chmod(join(root, 'closed'), 0)
    const script = join(import.meta.dirname, 'snapshot-once.ts')
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=@keepup/source', script, root, storage],
      {
        encoding: 'utf8',
        uid: 65_534,
        gid: 65_534,
      },
    )
    if (/EACCES|MODULE_NOT_FOUND/.test(stderr))
      return console.warn('skipped: this checkout cannot be read by another user')
    expect(JSON.parse(stdout)).toEqual({
      uncovered: [
        { path: 'closed', reason: 'the folder may not be read' },
        { path: 'b.txt', reason: 'it may not be read' },
      ],
      a: 'a',
    })
  })
})

describe('what a crash leaves', () => {
  test('stale locks and a damaged index cost no snapshot', async () => {
    const { write, open, text, storage } = await scratch()
    await write({ 'a.txt': 'a', 'b.txt': 'b' })
    const { id } = await (await open()).snapshot()
    await writeFile(join(storage, 'index.lock'), '')
    await writeFile(join(storage, 'shadow.git/index.lock'), '')
    await writeFile(join(storage, 'index'), 'DIRC damaged')
    await write({ 'a.txt': 'A' })
    const workspace = await open()
    const { id: later } = await workspace.snapshot()
    expect(await workspace.changes(id, later)).toEqual([{ path: 'a.txt', change: 'modified' }])
    await workspace.restore(id)
    expect(await text('a.txt')).toBe('a')
  })

  test('content that is damaged is told, and what was not brought back is as it was', async () => {
    const { write, open, text, storage } = await scratch()
    await write({ 'a.txt': 'a', 'b.txt': 'the content that is lost' })
    const workspace = await open()
    const { id } = await workspace.snapshot()
    const objects = join(storage, 'shadow.git/objects')
    const before = new Set(await readdir(objects, { recursive: true }))
    await write({ 'a.txt': 'A', 'b.txt': 'B' })
    await workspace.snapshot()
    for (const name of before) {
      const path = join(objects, name)
      if (
        /^..\/.{38}$/.test(name) &&
        (await readFile(path)).length > 20 &&
        (await isBlob(objects, name, 24))
      ) {
        await rm(path)
      }
    }
    await expect(workspace.restore(id)).rejects.toMatchObject({ code: 'workspace-conflict' })
    expect([await text('a.txt'), await text('b.txt')]).toEqual(['a', 'B'])
  })
})

async function isBlob(objects: string, name: string, size: number): Promise<boolean> {
  const id = name.replace('/', '')
  const { stdout } = spawnSync('git', ['cat-file', '--batch-check'], {
    env: { ...process.env, GIT_DIR: join(objects, '..') },
    input: `${id}\n`,
    encoding: 'utf8',
  })
  return stdout.trim() === `${id} blob ${size}`
}

test('folders that are no workspace are refused', async () => {
  const { open, root, storage } = await scratch()
  for (const bad of ['/', homedir(), join(root, 'missing')]) {
    await expect(open({ root: bad })).rejects.toMatchObject({ code: 'configuration-invalid' })
  }
  await expect(open({ storage: join(root, 'kept') })).rejects.toMatchObject({ code: 'configuration-invalid' })
  await mkdir(join(storage, 'inner'), { recursive: true })
  await expect(open({ root: join(storage, 'inner') })).rejects.toMatchObject({
    code: 'configuration-invalid',
  })
  const workspace = await open({ mostFiles: 2 })
  for (const name of ['a', 'b', 'c']) await writeFile(join(root, name), name)
  await expect(workspace.snapshot()).rejects.toMatchObject({ code: 'not-supported' })
})

test('without git it says what to do', async () => {
  const { open } = await scratch()
  vi.stubEnv('PATH', '/nowhere')
  await expect(open()).rejects.toMatchObject({
    code: 'not-supported',
    message: expect.stringContaining('git'),
  })
})
