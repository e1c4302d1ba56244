import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import type { ToolOutcome } from '@keepup/core'
import { expect, test, vi } from 'vitest'

import { applyPatchTool } from '../../src/index.ts'
import { contextOf, newKey, temporaryFolder, textOf } from '../call-tool.ts'
import { readTree, type Tree, writeTree } from './tree.ts'

// Real processes on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

const before: Tree = { a: '1\nsame\n', b: 'x\nlast\n', 'old/c': 'c\n', d: 'd\n', e: 'e\n' }
const after: Tree = { a: '2\nsame\n', b: 'x\nlast\nadded\n', 'new/c': 'C\n', f: 'f\n', 'old/': '' }
const patch = [
  '*** Begin Patch',
  '*** Update File: a\n@@\n-1\n+2\n same',
  '*** Update File: b\n@@\n last\n+added',
  '*** Update File: old/c\n*** Move to: new/c\n@@\n-c\n+C',
  '*** Delete File: d',
  '*** Delete File: e',
  '*** Add File: f\n+f',
  '*** End Patch',
].join('\n')

async function crashedAt(call: number): Promise<{ survived: boolean; outcome: ToolOutcome; tree: Tree }> {
  const root = await temporaryFolder()
  await writeTree(root, before)
  const key = newKey()
  const program = join(import.meta.dirname, 'die-in-patch.ts')
  const run = spawnSync(process.execPath, [
    '--conditions=@keepup/source',
    program,
    root,
    key,
    patch,
    `${call}`,
  ])
  const tool = applyPatchTool(root)
  if (tool.reconcile === undefined) throw new Error('a patch can be reconciled')
  const outcome = await tool.reconcile({ patch }, contextOf(key))
  return { survived: run.stdout.includes('survived'), outcome, tree: await readTree(root) }
}

/** What of the patch is in the tree. */
function changedOf(tree: Tree): readonly string[] {
  return [
    ...(tree['a'] === after['a'] ? ['a'] : []),
    ...(tree['b'] === after['b'] ? ['b'] : []),
    ...(tree['new/c'] === undefined || tree['old/c'] !== undefined ? [] : ['new/c']),
    ...(tree['d'] === undefined ? ['d'] : []),
    ...(tree['e'] === undefined ? ['e'] : []),
    ...(tree['f'] === undefined ? [] : ['f']),
  ]
}

test('wherever a patch is killed, what is told of it afterwards is true', async () => {
  const histogram = new Map<string, number>()
  let survived = false
  for (let call = 1; !survived && call < 60; call++) {
    const found = await crashedAt(call)
    survived = found.survived
    const { outcome, tree } = found
    const told = outcome.type === 'failed' ? outcome.code : outcome.type
    histogram.set(told, (histogram.get(told) ?? 0) + 1)
    expect(Object.keys(tree).filter((path) => path.includes('.keepup'))).toEqual([])
    if (told === 'completed') expect(tree).toEqual(after)
    if (told === 'patch-not-done') expect(changedOf(tree)).toEqual([])
    if (told !== 'patch-half-done' && told !== 'unknown') continue
    const claims = (word: string): readonly string[] =>
      Array.from(
        textOf(outcome).matchAll(new RegExp(`(\\S+): ${word}(?=[;.])`, 'g')),
        ([, path = '']) => path,
      )
    const changed = changedOf(tree)
    expect(claims('changed').filter((path) => !changed.includes(path))).toEqual([])
    expect(claims('not changed').filter((path) => changed.includes(path))).toEqual([])
    expect(claims('changed').length + claims('not changed').length).toBeGreaterThan(3)
  }
  console.log(`killed at every call: ${JSON.stringify(Object.fromEntries(histogram))}`)
  expect(survived).toBe(true)
  expect(histogram.get('patch-not-done')).toBeGreaterThan(3)
  expect(histogram.get('patch-half-done')).toBeGreaterThan(1)
  expect(histogram.get('completed')).toBeGreaterThan(0)
})
