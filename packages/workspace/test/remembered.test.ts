import { execFileSync } from 'node:child_process'
import {
  appendFile,
  chmod,
  link,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect, onTestFinished, test, vi } from 'vitest'

import type { GitWorkspace } from '../src/index.ts'
import { type Scratch, scratch } from './scratch.ts'

// Processes take long to start on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const files = {
  'a.txt': 'a',
  'b/c.txt': 'c',
  'b/twin.txt': 't',
  ':strange *[x]/x.log': 'x',
  '.gitignore': 'out/\n*.log\n',
  'out/o.txt': 'o',
  'logs/x.log': 'x',
}

/** A workspace that remembers its last look: the files were old enough when it looked. */
async function warm(place: Scratch): Promise<GitWorkspace> {
  await place.write(files)
  // Longer than a tick of any clock that dates changes.
  await sleep(60)
  const workspace = await place.open()
  await workspace.snapshot()
  await workspace.snapshot()
  return workspace
}

/** Counts how often git is started, by a program that stands before it. */
async function countedGit(place: string): Promise<() => Promise<number>> {
  const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim()
  const folder = join(place, 'programs')
  const log = join(place, 'calls')
  await mkdir(folder)
  await writeFile(join(folder, 'git'), `#!/bin/sh\necho x >> '${log}'\nexec '${real}' "$@"\n`, {
    mode: 0o755,
  })
  await writeFile(log, '')
  const before = process.env['PATH']
  vi.stubEnv('PATH', `${folder}:${before ?? ''}`)
  onTestFinished(() => void vi.unstubAllEnvs())
  return async () => (await readFile(log, 'utf8')).length / 2
}

test('a look that finds nothing changed starts no process, and one that finds something does', async () => {
  const place = await scratch()
  const calls = await countedGit(join(place.root, '..'))
  const workspace = await warm(place)
  const id = await workspace.treeHash()
  const before = await calls()
  expect(before).toBeGreaterThan(0)
  expect([await workspace.treeHash(), (await workspace.snapshot()).id]).toEqual([id, id])
  // What is ignored is no part of it, and what is the same again has not changed.
  await place.write({ 'out/o.txt': 'later', 'logs/x.log': 'later' })
  await writeFile(join(place.root, 'b/passing.txt'), '')
  await rm(join(place.root, 'b/passing.txt'))
  expect(await workspace.treeHash()).toBe(id)
  expect(await calls()).toBe(before)
  await place.write({ 'a.txt': 'A' })
  expect(await workspace.treeHash()).not.toBe(id)
  expect(await calls()).toBeGreaterThan(before)
})

const edits: Readonly<Record<string, (place: Scratch) => Promise<unknown>>> = {
  'of the same size, with the old time put back': async ({ root, write }) => {
    const { atime, mtime } = await stat(join(root, 'a.txt'))
    await write({ 'a.txt': 'A' })
    await utimes(join(root, 'a.txt'), atime, mtime)
  },
  'by another file in its place': async ({ root }) => {
    await writeFile(join(root, 'out/new'), 'A')
    await rename(join(root, 'out/new'), join(root, 'a.txt'))
  },
  'of two files that change places': async ({ root }) => {
    await rename(join(root, 'b/c.txt'), join(root, 'out/c'))
    await rename(join(root, 'b/twin.txt'), join(root, 'b/c.txt'))
    await rename(join(root, 'out/c'), join(root, 'b/twin.txt'))
  },
  'through another name of the file': async ({ root }) => {
    await link(join(root, 'a.txt'), join(root, 'out/alias'))
    await appendFile(join(root, 'out/alias'), 'more')
  },
  'of who may run it': ({ root }) => chmod(join(root, 'a.txt'), 0o755),
  'into a link': async ({ root }) => {
    await rm(join(root, 'a.txt'))
    await symlink('b', join(root, 'a.txt'))
  },
  'that takes it away': ({ root }) => rm(join(root, 'b/c.txt')),
  'in a folder with nothing but ignored files': ({ write }) => write({ 'logs/new.txt': 'n' }),
  'in a new folder': ({ write }) => write({ 'new/deep/n.txt': 'n' }),
  'of a rule of what to ignore': ({ write }) => write({ '.gitignore': '*.log\n' }),
  'of a rule in a folder of its own': ({ write }) => write({ 'logs/.gitignore': '!x.log\n' }),
}

test.each(Object.entries(edits))('a change %s is seen', async (_, edit) => {
  const place = await scratch()
  const workspace = await warm(place)
  const before = await workspace.treeHash()
  await edit(place)
  const after = await workspace.treeHash()
  expect(after).not.toBe(before)
  // Nothing is remembered by whoever looks for the first time.
  expect(after).toBe(await (await place.open()).treeHash())
})

test('a rule of this repository alone, and a repository within, are seen', async () => {
  const place = await scratch()
  place.git(['init', '-q'])
  const workspace = await warm(place)
  const before = await workspace.treeHash()
  await place.write({ 'logs/x.txt': 'x' })
  const after = await workspace.treeHash()
  expect(after).not.toBe(before)
  await rm(join(place.root, 'logs/x.txt'))
  await place.write({ '.git/info/exclude': 'later.txt\n' })
  await sleep(60)
  await workspace.snapshot()
  await place.write({ 'later.txt': 'x' })
  expect(await workspace.treeHash()).toBe(before)
  await place.write({ '.git/info/exclude': '' })
  expect(await workspace.treeHash()).not.toBe(before)
  await rm(join(place.root, 'later.txt'))
  await mkdir(join(place.root, 'sub'))
  place.git(['init', '-q'], 'sub')
  await workspace.snapshot()
  await place.write({ 'sub/.git/info/exclude': '', 'sub/s.txt': 's' })
  const { id } = await workspace.snapshot()
  expect(await workspace.changes(before, id)).toEqual([{ path: 'sub/s.txt', change: 'added' }])
})

test('a snapshot that another process let go of is kept anew', async () => {
  const place = await scratch()
  const workspace = await warm(place)
  const { id } = await workspace.snapshot()
  await place.write({ 'a.txt': 'A' })
  const other = await place.open()
  await other.retain([(await other.snapshot()).id])
  await place.write({ 'a.txt': 'a' })
  expect((await workspace.snapshot()).id).toBe(id)
  await place.write({ 'a.txt': 'AA' })
  await workspace.restore(id)
  expect(await place.text('a.txt')).toBe('a')
})
