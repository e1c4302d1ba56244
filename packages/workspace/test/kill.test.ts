import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { expect, test, vi } from 'vitest'

import { scratch } from './scratch.ts'

vi.setConfig({ testTimeout: 60_000 })

const kills = Number(process.env['KEEPUP_KILLS'] ?? 6)
const files = Array.from({ length: 150 }, (_, position) => `d${position % 7}/f${position}.txt`)

test(
  `a restore that is killed is ended when the workspace is opened again: ${kills} times`,
  { timeout: 600_000 },
  async () => {
    const { root, storage, write, open } = await scratch()
    const workspace = await open()
    const states = ['one', 'two'].map((word, side) =>
      Object.fromEntries(files.filter((_, at) => at % 3 !== side).map((path) => [path, `${word} ${path}`])),
    )
    const ids: string[] = []
    const empty = (await workspace.snapshot()).id
    for (const state of states) {
      await workspace.restore(empty)
      await write(state)
      ids.push((await workspace.snapshot()).id)
    }
    const during: string[] = []
    let halves = 0
    for (let kill = 0; kill < kills; kill += 1) {
      during.push(await killOnce([root, storage, ...ids]))
      const journals = await readdir(join(storage, 'restores')).catch(() => [])
      halves += journals.length > 0 && !ids.includes(await workspace.treeHash()) ? 1 : 0
      const again = await open()
      expect(again.unfinished).toEqual([])
      expect(ids).toContain(await again.treeHash())
      const names = await readdir(root, { recursive: true })
      expect(names.filter((name) => name.includes('.keepup-'))).toEqual([])
      expect(await readdir(join(storage, 'restores'))).toEqual([])
    }
    console.log(
      `killed ${during.filter((word) => word === 'restoring').length} of ${kills} times within a restore, ${halves} times among its files`,
    )
    // The control: without the journal, these would have stayed so.
    expect(halves).toBeGreaterThan(0)
  },
)

/** Lets a process restore for a while, and kills it. Gives the last word that it said. */
async function killOnce(args: readonly string[]): Promise<string> {
  const script = join(import.meta.dirname, 'restore-forever.ts')
  const child = spawn(process.execPath, ['--conditions=@keepup/source', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-100)
  })
  await once(child.stdout, 'data')
  await pause(Math.random() * 250)
  child.kill('SIGKILL')
  await once(child, 'close')
  return said.trim().split('\n').at(-1) ?? ''
}

/** Kills until one was in the middle of a restore to the first of the snapshots. */
async function killWithin([root = '', storage = '', first = '', ...rest]: readonly string[]): Promise<void> {
  const folder = join(storage, 'restores')
  for (let attempt = 0; attempt < 60; attempt += 1) {
    await killOnce([root, storage, first, ...rest])
    const journals = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'))
    const begun = await Promise.all(journals.map((name) => readFile(join(folder, name), 'utf8')))
    if (begun.some((text) => text.includes(`"to":"${first}"`))) return
  }
  throw new Error('No kill fell into a restore.')
}

test('a file that someone changed after the kill is left alone, and named', async () => {
  const { root, storage, write, open, text } = await scratch()
  const workspace = await open()
  const big = Object.fromEntries(Array.from({ length: 400 }, (_, position) => [`f${position}.txt`, 'one']))
  await write(big)
  const { id: first } = await workspace.snapshot()
  await write(Object.fromEntries(Object.keys(big).map((path) => [path, 'two'])))
  const { id: second } = await workspace.snapshot()
  await killWithin([root, storage, first, second])
  await write({ 'f399.txt': 'mine', 'f0.txt': 'mine' })
  const again = await open()
  expect(again.unfinished).toEqual(['f0.txt', 'f399.txt'])
  expect([await text('f0.txt'), await text('f399.txt')]).toEqual(['mine', 'mine'])
  expect(new Set(await Promise.all(['f1.txt', 'f7.txt', 'f200.txt', 'f398.txt'].map(text))).size).toBe(1)
})

test('what no snapshot holds and stands in the way after the kill is left alone, and named', async () => {
  const { root, storage, write, open, text } = await scratch()
  const workspace = await open()
  const { id: empty } = await workspace.snapshot()
  await write(Object.fromEntries(Array.from({ length: 400 }, (_, position) => [`f${position}.txt`, 'one'])))
  const { id: full } = await workspace.snapshot()
  await workspace.restore(empty)
  await killWithin([root, storage, full, empty])
  await rm(join(root, 'f7.txt'), { force: true })
  await write({ '.git/info/exclude': '/f7.txt\n', 'f7.txt': 'in no snapshot' })
  const again = await open()
  expect(await text('f7.txt')).toBe('in no snapshot')
  expect(again.unfinished.filter((path) => path !== 'f7.txt')).toEqual([])
  expect((await open()).unfinished).toEqual([])
})

test('a restore that was killed in a branch is not ended in the workspace itself', async () => {
  const { root, storage, write, open } = await scratch()
  const workspace = await open()
  const names = Array.from({ length: 400 }, (_, position) => `f${position}.txt`)
  await write(Object.fromEntries(names.map((path) => [path, 'one'])))
  const { id: first } = await workspace.snapshot()
  await write(Object.fromEntries(names.map((path) => [path, 'two'])))
  const { id: second } = await workspace.snapshot()
  await killWithin([root, storage, first, second, 'branch'])
  const again = await open()
  expect(await again.treeHash()).toBe(second)
  expect(again.unfinished).toEqual([])
  const isBranch = (name: string): boolean => name.startsWith('branch-')
  const left = (await readdir(storage)).filter(isBranch)
  expect(left.length).toBeGreaterThan(0)
  const longAgo = new Date(Date.now() - 48 * 60 * 60 * 1_000)
  for (const name of left) await utimes(join(storage, name), longAgo, longAgo)
  await using branch = await again.branch(first)
  await utimes(branch.root, longAgo, longAgo)
  await open()
  expect((await readdir(storage)).filter((name) => isBranch(name) && !name.includes('.index'))).toEqual([
    basename(branch.root),
  ])
  expect(await readdir(join(storage, 'restores'))).toEqual([])
})
