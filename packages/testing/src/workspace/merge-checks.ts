import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { fails } from '../fails.ts'
import { check, type WorkspaceCheck } from './scene.ts'

async function put(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

/** What `merge` promises. */
export const mergeChecks: readonly WorkspaceCheck[] = [
  check('merge brings a branch in, and keeps what changed here', async ({ workspace, write, text, all }) => {
    await write({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c', 'same.txt': 's' })
    const branch = await workspace.branch((await workspace.snapshot()).id)
    await put(branch.root, 'a.txt', 'theirs')
    await put(branch.root, 'new/d.txt', 'd')
    await put(branch.root, 'same.txt', 'both')
    await rm(join(branch.root, 'c.txt'))
    await write({ 'b.txt': 'ours', 'same.txt': 'both' })
    const { merged, conflicts } = await workspace.merge(branch)
    assert.deepEqual(conflicts, [])
    const named = merged
      .filter(({ path }) => path !== 'same.txt')
      .toSorted((x, y) => (x.path < y.path ? -1 : 1))
    assert.deepEqual(named, [
      { path: 'a.txt', change: 'modified' },
      { path: 'c.txt', change: 'deleted' },
      { path: 'new/d.txt', change: 'added' },
    ])
    assert.deepEqual(Object.keys(await all()).toSorted(), ['a.txt', 'b.txt', 'new/d.txt', 'same.txt'])
    assert.equal(await text('a.txt'), 'theirs')
    assert.equal(await text('b.txt'), 'ours')
    await branch[Symbol.asyncDispose]()
  }),
  check(
    'merge reports what conflicts, and leaves it as it was here',
    async ({ workspace, write, text, all }) => {
      await write({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c', 'd.txt': 'd' })
      const branch = await workspace.branch((await workspace.snapshot()).id)
      await put(branch.root, 'a.txt', 'theirs')
      await put(branch.root, 'both.txt', 'theirs')
      await rm(join(branch.root, 'b.txt'))
      await put(branch.root, 'c.txt', 'theirs')
      await put(branch.root, 'd.txt', 'theirs')
      await write({ 'a.txt': 'ours', 'both.txt': 'ours', 'b.txt': 'ours', 'c.txt': undefined })
      const { merged, conflicts } = await workspace.merge(branch)
      assert.deepEqual(merged, [{ path: 'd.txt', change: 'modified' }])
      assert.deepEqual(conflicts.map(({ path }) => path).toSorted(), ['a.txt', 'b.txt', 'both.txt', 'c.txt'])
      assert.ok(conflicts.every(({ reason }) => reason.length > 0))
      assert.deepEqual(Object.keys(await all()).toSorted(), ['a.txt', 'b.txt', 'both.txt', 'd.txt'])
      for (const path of ['a.txt', 'b.txt', 'both.txt']) assert.equal(await text(path), 'ours')
      assert.equal(await text('d.txt'), 'theirs')
      await branch[Symbol.asyncDispose]()
    },
  ),
  check(
    'a branch whose process has died is opened again, and merged as before',
    async ({ workspace, write, text, reopened }) => {
      await write({ 'a.txt': 'a', 'b.txt': 'b' })
      const { id } = await workspace.snapshot()
      const { root } = await workspace.branch(id)
      await put(root, 'a.txt', 'theirs')
      await write({ 'b.txt': 'ours' })
      const later = await reopened()
      const branch = await later.reopen?.(root, id)
      if (branch === undefined) return
      assert.deepEqual(await later.merge(branch), {
        merged: [{ path: 'a.txt', change: 'modified' }],
        conflicts: [],
      })
      assert.deepEqual([await text('a.txt'), await text('b.txt')], ['theirs', 'ours'])
      await branch[Symbol.asyncDispose]()
      // Whatever is no branch is somebody's files.
      await fails(later.reopen?.(later.root, id) ?? Promise.resolve(), 'not-supported')
    },
    'reopen',
  ),
  check('only a branch of the same workspace is merged', async ({ workspace, write }) => {
    await write({ 'a.txt': 'a' })
    await fails(workspace.merge(workspace), 'not-supported')
  }),
]
