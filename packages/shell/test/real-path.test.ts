import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { realPath } from '../src/index.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'keepup-real-path-')))
afterAll(() => rmSync(root, { recursive: true, force: true }))

mkdirSync(join(root, 'inside'))
writeFileSync(join(root, 'inside/file'), '')
symlinkSync('inside', join(root, 'folder-link'))
symlinkSync('../outside/new', join(root, 'inside/dangling'))
symlinkSync('b', join(root, 'a'))
symlinkSync('a', join(root, 'b'))

test('links are followed, also where the end does not exist yet', () => {
  expect(realPath(join(root, 'folder-link/file'))).toBe(join(root, 'inside/file'))
  expect(realPath(join(root, 'folder-link/new/deeper'))).toBe(join(root, 'inside/new/deeper'))
})

test('a link that leads nowhere counts as what it names: a file written there would leave', () => {
  expect(realPath(join(root, 'inside/dangling'))).toBe(join(root, 'outside/new'))
  expect(realPath(join(root, 'folder-link/dangling/x'))).toBe(join(root, 'outside/new/x'))
})

test('links in a circle, a file as a folder and names that no file can have end', () => {
  expect(realPath(join(root, 'a'))).toContain(root)
  expect(realPath(join(root, 'inside/file/x'))).toBe(join(root, 'inside/file/x'))
  expect(realPath(join(root, 'x'.repeat(5_000)))).toBe(join(root, 'x'.repeat(5_000)))
  expect(realPath(`${root}/nul\0`)).toBe(`${root}/nul\0`)
})
