import { execFileSync } from 'node:child_process'
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { ArtifactStore, Label } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { readTool } from '../src/index.ts'
import { call, contextOf, temporaryFolder, textOf } from './call-tool.ts'

test('a file is read as it is, byte order mark and line breaks included', async () => {
  const root = await temporaryFolder()
  const content = '\u{FEFF}first\r\nsecond\n\tthird ü'
  await writeFile(join(root, 'a.txt'), content)
  const outcome = await call(readTool(root), { path: 'a.txt' })
  expect(textOf(outcome)).toBe(content)
  expect(outcome).toMatchObject({ output: { structured: { path: 'a.txt', from: 1, to: 3, more: false } } })
})

test('a range of lines is read, with numbers where asked for', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'a.txt'), 'one\ntwo\nthree\nfour\n')
  const part = await call(readTool(root), { path: 'a.txt', offset: 2, limit: 2 })
  expect(textOf(part)).toBe('two\nthree\n\n[Lines 2 to 3; the file goes on. Continue with offset 4.]')
  expect(textOf(await call(readTool(root), { path: 'a.txt', offset: 3, numbered: true }))).toBe(
    '3\tthree\n4\tfour\n',
  )
  expect(textOf(await call(readTool(root), { path: 'a.txt', offset: 9 }))).toContain('fewer than 9 lines')
  await writeFile(join(root, 'empty'), '')
  expect(textOf(await call(readTool(root), { path: 'empty' }))).toBe('[The file is empty]')
})

test('a long file is given in parts that join to the whole', async () => {
  const root = await temporaryFolder()
  const content = Array.from(
    { length: 5_000 },
    (_, index) => `line ${index + 1} ${'x'.repeat(index % 60)}`,
  ).join('\n')
  await writeFile(join(root, 'long.txt'), content)
  const parts: string[] = []
  let offset = 1
  for (let more = true; more;) {
    const outcome = await call(readTool(root), { path: 'long.txt', offset })
    if (outcome.type !== 'completed') throw new Error(outcome.type)
    const [part] = outcome.output.content
    parts.push(part?.type === 'text' ? part.text : '')
    const { to, more: goesOn } = outcome.output.structured as { to: number; more: boolean }
    offset = to + 1
    more = goesOn
  }
  expect(parts.length).toBeGreaterThan(2)
  expect(parts.join('')).toBe(content)
})

test('a line without end is cut, and reading goes on after it', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'wide.txt'), `${'\u{1F600}'.repeat(200_000)}\nnext\n`)
  const text = textOf(await call(readTool(root), { path: 'wide.txt' }))
  expect(text.length).toBeLessThan(49_000)
  expect(text).toContain('Line 1 is too long to be shown whole. Lines 1 to 1')
  expect(Buffer.from(text).toString()).toBe(text)
  expect(textOf(await call(readTool(root), { path: 'wide.txt', offset: 2 }))).toBe('next\n')
})

test('a huge file is refused whole and read by range', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'huge.log'), 'first line\n'.repeat(1_200_000))
  const refused = await call(readTool(root), { path: 'huge.log' })
  expect(refused).toMatchObject({ type: 'failed', code: 'tool-failed' })
  expect(textOf(refused)).toMatch(/13 MiB.*offset and limit/)
  const part = await call(readTool(root), { path: 'huge.log', offset: 1_200_000, limit: 5 })
  expect(textOf(part)).toBe('first line\n')
})

test('binary files, UTF-16, folders, pipes and devices are refused with what to do', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'image.png'), Buffer.from([137, 80, 78, 71, 0, 1]))
  await writeFile(join(root, 'wide.txt'), Buffer.from('\u{FEFF}text', 'utf16le'))
  await mkdir(join(root, 'folder'))
  execFileSync('mkfifo', [join(root, 'pipe')])
  await symlink('/dev/zero', join(root, 'zero'))
  const tool = readTool(root)
  expect(textOf(await call(tool, { path: 'image.png' }))).toContain('binary')
  expect(textOf(await call(tool, { path: 'wide.txt' }))).toContain('UTF-16')
  expect(textOf(await call(tool, { path: 'folder' }))).toContain('"folder/*"')
  expect(textOf(await call(tool, { path: '.' }))).toContain('is a folder')
  expect(textOf(await call(tool, { path: 'pipe' }))).toContain('a pipe')
  expect(await call(tool, { path: 'zero' })).toMatchObject({ type: 'failed', code: 'tool-denied' })
  expect(textOf(await call(tool, { path: 'none.txt' }))).toContain('There is no file "none.txt"')
})

test('bytes that are no UTF-8 are shown as such and said so', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'latin.txt'), Buffer.from('caf\xe9\n', 'latin1'))
  expect(textOf(await call(readTool(root), { path: 'latin.txt' }))).toBe(
    'caf\u{FFFD}\n\n[Bytes that are no UTF-8 are shown as \u{FFFD}.]',
  )
  await writeFile(join(root, 'honest.txt'), 'a real \u{FFFD}\n')
  expect(textOf(await call(readTool(root), { path: 'honest.txt' }))).toBe('a real \u{FFFD}\n')
})

test.each(['../secret', 'sub/../../secret', '/etc/hostname', 'link', 'folder-link/secret', 'chain'])(
  'nothing outside of the folder is read: %s',
  async (path) => {
    const outside = await temporaryFolder()
    const root = join(outside, 'root')
    await mkdir(root)
    await writeFile(join(outside, 'secret'), 'SECRET')
    await symlink('../secret', join(root, 'link'))
    await symlink('..', join(root, 'folder-link'))
    await symlink('link', join(root, 'chain'))
    const outcome = await call(readTool(root), { path })
    expect(outcome).toMatchObject({ type: 'failed', code: 'tool-denied' })
    expect(textOf(outcome)).toContain('outside of the project folder')
  },
)

test('links inside of the folder are followed, and a root that is a link is no outside', async () => {
  const outside = await temporaryFolder()
  await mkdir(join(outside, 'real'))
  await writeFile(join(outside, 'real', 'a.txt'), 'here')
  await symlink('a.txt', join(outside, 'real', 'alias'))
  await symlink('real', join(outside, 'root'))
  const root = join(outside, 'root')
  expect(textOf(await call(readTool(root), { path: 'alias' }))).toBe('here')
  expect(textOf(await call(readTool(root), { path: join(root, 'a.txt') }))).toBe('here')
  expect(textOf(await call(readTool(root), { path: join(outside, 'real', 'a.txt') }))).toBe('here')
})

test('circles of links, NUL and files that shrink are failures', async () => {
  const root = await temporaryFolder()
  await symlink('b', join(root, 'a'))
  await symlink('a', join(root, 'b'))
  expect((await call(readTool(root), { path: 'a' })).type).toBe('failed')
  expect(await call(readTool(root), { path: 'a\0b' })).toMatchObject({ code: 'tool-input-invalid' })
  await writeFile(join(root, 'sparse'), 'text\n')
  await truncate(join(root, 'sparse'), 5_000)
  expect(textOf(await call(readTool(root), { path: 'sparse' }))).toContain('binary')
})

test('the effect names the absolute path by its spelling', () => {
  expect(readTool('/srv/app').effects({ path: 'src/../a.txt' })).toEqual([
    { kind: 'read', target: '/srv/app/a.txt' },
  ])
  expect(readTool('/srv/app').effects({ path: '../../etc/passwd' })).toEqual([
    { kind: 'read', target: '/etc/passwd' },
  ])
})

describe('artifacts', () => {
  const secretLabel: Label = {
    integrity: 'free-text',
    sources: ['tool:mail'],
    readers: ['ann'],
    confidential: true,
  }

  function storeWith(text: string): ArtifactStore {
    const bytes = Buffer.from(text)
    const missing = (hash: string): boolean => hash !== 'known'
    return {
      put: () => Promise.reject(new Error('nothing is stored here')),
      async *get() {
        for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
      },
      describe: async (hash) =>
        missing(hash) ? undefined : { hash, size: bytes.length, mediaType: 'text/plain', label: secretLabel },
      collect: async () => ({ artifacts: 0, size: 0 }),
      [Symbol.asyncDispose]: async () => {},
    }
  }

  test('what was cut is read by the name that it was given, in lines, with its label', async () => {
    const artifacts = storeWith('one\ntwo\nthree\nfour\n')
    const context = contextOf(undefined, { artifacts })
    const tool = readTool(await temporaryFolder())
    const part = await call(tool, { path: 'artifact:known', offset: 2, limit: 2 }, context)
    expect(textOf(part)).toBe('two\nthree\n\n[Lines 2 to 3; the file goes on. Continue with offset 4.]')
    expect(part).toMatchObject({ output: { labels: { default: secretLabel } } })
    expect(tool.effects({ path: 'artifact:known' })).toEqual([])
  })

  test('one that the thread does not name, or that is no text, is refused', async () => {
    const tool = readTool(await temporaryFolder())
    const context = contextOf(undefined, { artifacts: storeWith('a\0b') })
    const unknown = await call(tool, { path: 'artifact:other' }, context)
    expect(unknown).toMatchObject({ type: 'failed', code: 'artifact-unknown' })
    expect(textOf(unknown)).toContain('names no artifact other')
    expect(await call(tool, { path: 'artifact:known' })).toMatchObject({ code: 'artifact-unknown' })
    expect(await call(tool, { path: 'artifact:known' }, context)).toMatchObject({ code: 'tool-failed' })
  })

  test('a file of such a name is read as ./artifact:...', async () => {
    const root = await temporaryFolder()
    await writeFile(join(root, 'artifact:known'), 'a file')
    expect(textOf(await call(readTool(root), { path: './artifact:known' }))).toBe('a file')
  })
})
