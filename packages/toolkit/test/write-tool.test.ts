import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { writeTool } from '../src/index.ts'
import { call, contextOf, newKey, temporaryFolder, textOf } from './call-tool.ts'

test('a file and the folders above it are made; writing again replaces the whole', async () => {
  const root = await temporaryFolder()
  const tool = writeTool(root)
  const content = 'ü\r\n\u{FEFF}end'
  expect(textOf(await call(tool, { path: 'a/b/c.txt', content }))).toBe('Created a/b/c.txt (10 bytes).')
  expect(await readFile(join(root, 'a/b/c.txt'), 'utf8')).toBe(content)
  expect(textOf(await call(tool, { path: 'a/b/c.txt', content: 'x' }))).toBe('Replaced a/b/c.txt (1 bytes).')
  expect(await readFile(join(root, 'a/b/c.txt'), 'utf8')).toBe('x')
  expect(await readdir(join(root, 'a/b'))).toEqual(['c.txt'])
})

test('the mode of a file stays, and a link keeps leading to it', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'run.sh'), 'old')
  await chmod(join(root, 'run.sh'), 0o755)
  await symlink('run.sh', join(root, 'alias'))
  await call(writeTool(root), { path: 'alias', content: 'new' })
  expect((await stat(join(root, 'run.sh'))).mode & 0o777).toBe(0o755)
  expect(await readFile(join(root, 'run.sh'), 'utf8')).toBe('new')
})

test('what an earlier attempt left behind is cleaned up, and not followed', async () => {
  const root = await temporaryFolder()
  const key = newKey()
  await symlink('/etc/hostname', join(root, `.a.txt.${key.slice(0, 16)}.keepup`))
  await call(writeTool(root), { path: 'a.txt', content: 'mine' }, contextOf(key))
  expect(await readdir(root)).toEqual(['a.txt'])
  expect(await readFile('/etc/hostname', 'utf8')).not.toBe('mine')
})

test('nothing outside of the folder is written, also through links', async () => {
  const outside = await temporaryFolder()
  const root = join(outside, 'root')
  await mkdir(root)
  await symlink('..', join(root, 'up'))
  for (const path of ['../x', 'up/x', 'up/new/folder/x', '/tmp/keepup-must-not-be']) {
    expect(await call(writeTool(root), { path, content: 'x' })).toMatchObject({ code: 'tool-denied' })
  }
  await symlink(join(outside, 'later'), join(root, 'dangling'))
  await call(writeTool(root), { path: 'dangling', content: 'x' })
  expect(await readdir(outside)).toEqual(['root'])
})

test('folders, pipes and files in the way are failures that leave nothing behind', async () => {
  const root = await temporaryFolder()
  await mkdir(join(root, 'folder'))
  await writeFile(join(root, 'file'), '')
  execFileSync('mkfifo', [join(root, 'pipe')])
  for (const path of ['folder', 'pipe', 'file/below', '.']) {
    expect((await call(writeTool(root), { path, content: 'x' })).type).toBe('failed')
  }
  expect((await readdir(root)).toSorted()).toEqual(['file', 'folder', 'pipe'])
})

test('twenty calls at once leave the content of one of them', async () => {
  const root = await temporaryFolder()
  const tool = writeTool(root)
  const contents = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(10_000))
  await Promise.all(contents.map((content) => call(tool, { path: 'shared', content })))
  expect(contents).toContain(await readFile(join(root, 'shared'), 'utf8'))
  expect(await readdir(root)).toEqual(['shared'])
})

test('emptying a file carries the effect of a deletion', () => {
  const tool = writeTool('/srv')
  expect(tool.effects({ path: 'a', content: 'x' })).toEqual([{ kind: 'write', target: '/srv/a' }])
  expect(tool.effects({ path: 'a', content: '' })).toContainEqual({ kind: 'delete', target: '/srv/a' })
  expect(tool.repeat).toBe('idempotent')
})

test.runIf(process.getuid?.() === 0)('the owner stays where the superuser writes', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'file'), 'old')
  await chown(join(root, 'file'), 1234, 1235)
  await chmod(join(root, 'file'), 0o4600)
  await call(writeTool(root), { path: 'file', content: 'new' })
  expect(await stat(join(root, 'file'))).toMatchObject({ uid: 1234, gid: 1235, mode: 0o104600 })
})

test.runIf(process.platform === 'linux')(
  'a folder of the kernel that takes no new ones ends the attempt',
  async () => {
    const outcome = await call(writeTool('/proc/self'), { path: 'no/such/folder/file', content: 'x' })
    expect(outcome).toMatchObject({ type: 'failed', code: 'tool-failed' })
    expect(textOf(outcome)).toContain('takes no new folders')
  },
)
