import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Workspace } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { copiesWorkspace, memoryWorkspace } from '../../src/rollback/index.ts'
import { temporaryFolder } from '../call-tool.ts'
import { makeProject } from '../code-intelligence/project.ts'

const text = (root: string, name: string) => readFile(join(root, name), 'utf8')

describe.each(['memory', 'copies'] as const)('a workspace of %s', (kind) => {
  const open = async (root: string): Promise<Workspace> =>
    kind === 'memory' ? memoryWorkspace(root) : copiesWorkspace(root, await temporaryFolder())

  test('snapshots, changes and restores, and a restore can be undone', async () => {
    const root = await makeProject({
      files: { 'a.txt': 'a', 'b.txt': 'b', '.gitignore': 'ignored\n', ignored: 'x' },
    })
    const workspace = await open(root)
    const { id, uncovered } = await workspace.snapshot()
    expect(uncovered).toEqual([])
    expect(await workspace.treeHash()).toBe(id)
    await writeFile(join(root, 'a.txt'), 'A')
    await rm(join(root, 'b.txt'))
    await writeFile(join(root, 'c.txt'), 'c')
    await writeFile(join(root, 'ignored'), 'y')
    expect(await workspace.changes(id)).toEqual([
      { path: 'a.txt', change: 'modified' },
      { path: 'b.txt', change: 'deleted' },
      { path: 'c.txt', change: 'added' },
    ])
    const undo = await workspace.restore(id)
    expect(await workspace.treeHash()).toBe(id)
    await workspace.restore(undo, ['a.txt', 'c.txt'])
    expect(await workspace.changes(id)).toEqual([
      { path: 'a.txt', change: 'modified' },
      { path: 'c.txt', change: 'added' },
    ])
    await expect(workspace.restore('none')).rejects.toMatchObject({ code: 'checkpoint-unknown' })
  })

  test('a branch is a folder of its own, whose changes are merged; what changed on both sides is a conflict', async () => {
    const root = await makeProject({ files: { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' } })
    const workspace = await open(root)
    const { id } = await workspace.snapshot()
    const branch = await workspace.branch(id)
    await writeFile(join(branch.root, 'a.txt'), 'theirs')
    await writeFile(join(branch.root, 'b.txt'), 'theirs')
    await writeFile(join(root, 'b.txt'), 'ours')
    expect(await workspace.merge(branch)).toMatchObject({
      merged: [{ path: 'a.txt', change: 'modified' }],
      conflicts: [{ path: 'b.txt' }],
    })
    expect([await text(root, 'a.txt'), await text(root, 'b.txt')]).toEqual(['theirs', 'ours'])
    await branch[Symbol.asyncDispose]()
    await expect(readFile(join(branch.root, 'a.txt'))).rejects.toThrow('ENOENT')
  })
})
