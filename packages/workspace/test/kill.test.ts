import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { scratch } from './scratch.ts'

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

test('a file that someone changed after the kill is left alone, and named', async () => {
  const { root, storage, write, open, text } = await scratch()
  const workspace = await open()
  const big = Object.fromEntries(Array.from({ length: 400 }, (_, position) => [`f${position}.txt`, 'one']))
  await write(big)
  const { id: first } = await workspace.snapshot()
  await write(Object.fromEntries(Object.keys(big).map((path) => [path, 'two'])))
  const { id: second } = await workspace.snapshot()
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await killOnce([root, storage, first, second])
    if ((await readdir(join(storage, 'restores')).catch(() => [])).some((name) => name.endsWith('.json')))
      break
  }
  await write({ 'f399.txt': 'mine', 'f0.txt': 'mine' })
  const again = await open()
  expect(again.unfinished).toEqual(['f0.txt', 'f399.txt'])
  expect([await text('f0.txt'), await text('f399.txt')]).toEqual(['mine', 'mine'])
  expect(new Set(await Promise.all(['f1.txt', 'f7.txt', 'f200.txt', 'f398.txt'].map(text))).size).toBe(1)
})
