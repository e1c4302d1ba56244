import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { fails } from '../fails.ts'
import type { WorkspaceHarness } from './harness.ts'
import { mergeChecks } from './merge-checks.ts'
import { check, type WorkspaceCheck } from './scene.ts'

const bytes = Uint8Array.from({ length: 4_096 }, (_, position) => (position * 31) % 256)

const snapshotChecks: readonly WorkspaceCheck[] = [
  check('the same files give the same id, and other files another', async ({ workspace, write }) => {
    await write({ 'a.txt': 'a', 'b/c.txt': 'c' })
    const first = await workspace.snapshot()
    assert.equal((await workspace.snapshot()).id, first.id)
    await write({ 'a.txt': 'A' })
    const second = await workspace.snapshot()
    assert.notEqual(second.id, first.id)
    await write({ 'a.txt': 'a' })
    assert.equal((await workspace.snapshot()).id, first.id)
  }),
  check('a change of the same size at once after a snapshot is seen', async ({ workspace, write }) => {
    for (let round = 0; round < 20; round += 1) {
      await write({ 'a.txt': `${round % 10}` })
      const { id } = await workspace.snapshot()
      await write({ 'a.txt': 'x' })
      assert.notEqual((await workspace.snapshot()).id, id)
    }
  }),
  check('treeHash is the id that a snapshot would give', async ({ workspace, write }) => {
    await write({ 'a.txt': 'a', 'b.bin': bytes })
    assert.equal(await workspace.treeHash(), (await workspace.snapshot()).id)
  }),
  check(
    'a snapshot of touched paths is one of everything, where nothing else changed',
    async ({ workspace, write }) => {
      await write({ 'a.txt': 'a', 'b/c.txt': 'c', 'b/d.txt': 'd' })
      await workspace.snapshot()
      await write({ 'b/c.txt': 'C', 'b/d.txt': undefined, 'new/e.txt': 'e' })
      const { id } = await workspace.snapshot(['b/c.txt', 'b/d.txt', 'new'])
      assert.equal(id, await workspace.treeHash())
    },
  ),
  check('an empty folder has a snapshot too', async ({ workspace, write, all }) => {
    const { id } = await workspace.snapshot()
    await write({ 'a.txt': 'a' })
    await workspace.restore(id)
    assert.deepEqual(await all(), {})
  }),
  check(
    'changes names what was added, modified and deleted, between snapshots and to the present',
    async ({ workspace, write }) => {
      await write({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' })
      const { id: first } = await workspace.snapshot()
      await write({ 'a.txt': 'A', 'b.txt': undefined, 'd/e.txt': 'e' })
      const wanted = [
        { path: 'a.txt', change: 'modified' },
        { path: 'b.txt', change: 'deleted' },
        { path: 'd/e.txt', change: 'added' },
      ]
      assert.deepEqual(await workspace.changes(first), wanted)
      const { id: second } = await workspace.snapshot()
      await write({ 'a.txt': 'later' })
      assert.deepEqual(await workspace.changes(first, second), wanted)
      assert.deepEqual(await workspace.changes(second, second), [])
    },
  ),
]

const restoreChecks: readonly WorkspaceCheck[] = [
  check(
    'restore brings back every byte, and gives the id that undoes it',
    async ({ workspace, write, all }) => {
      await write({ 'a.txt': 'a\r\n\u0000', 'b.bin': bytes, 'c/d e\u00e9.txt': '', file: 'was a file' })
      const before = await all()
      const { id } = await workspace.snapshot()
      await write({ 'a.txt': 'other', 'b.bin': undefined, 'f.txt': 'new', file: undefined })
      await write({ 'file/is-a-folder.txt': 'now' })
      const changed = await all()
      const undo = await workspace.restore(id)
      assert.deepEqual(await all(), before)
      assert.equal(await workspace.treeHash(), id)
      await workspace.restore(undo)
      assert.deepEqual(await all(), changed)
    },
  ),
  check('restore of some paths leaves all others', async ({ workspace, write, text }) => {
    await write({ 'a.txt': 'a', 'b/c.txt': 'c', 'b/d.txt': 'd' })
    const { id } = await workspace.snapshot()
    await write({ 'a.txt': 'A', 'b/c.txt': 'C', 'b/d.txt': undefined, 'b/new.txt': 'n' })
    await workspace.restore(id, ['b'])
    assert.equal(await text('a.txt'), 'A')
    assert.equal(await text('b/c.txt'), 'c')
    assert.equal(await text('b/d.txt'), 'd')
    assert.deepEqual(await workspace.changes(id), [{ path: 'a.txt', change: 'modified' }])
  }),
  check(
    'restore touches nothing that is ignored, also where what is ignored has changed',
    async ({ workspace, write, text }) => {
      await write({ '.gitignore': 'x.log\n', 'x.log': '1', 'a.txt': 'a' })
      const { id } = await workspace.snapshot()
      await write({ '.gitignore': 'x.log\ndata/\n', 'x.log': '2', 'data/p': 'precious', 'a.txt': 'A' })
      await workspace.restore(id)
      assert.equal(await text('data/p'), 'precious')
      assert.equal(await text('x.log'), '2')
      assert.equal(await text('.gitignore'), 'x.log\n')
      assert.equal(await text('a.txt'), 'a')
    },
  ),
  check('an id that no snapshot has is refused, and nothing changes', async ({ workspace, write, all }) => {
    await write({ 'a.txt': 'a' })
    const before = await all()
    for (const id of ['none', '0'.repeat(40), '-h', 'HEAD', '']) {
      await fails(workspace.restore(id), 'checkpoint-unknown')
      await fails(workspace.changes(id), 'checkpoint-unknown')
      await fails(workspace.branch(id), 'checkpoint-unknown')
    }
    assert.deepEqual(await all(), before)
  }),
  check(
    'snapshots outlive the process',
    async ({ workspace, write, text, reopened }) => {
      await write({ 'a.txt': 'a' })
      const { id } = await workspace.snapshot()
      await workspace[Symbol.asyncDispose]()
      await write({ 'a.txt': 'A' })
      await (await reopened()).restore(id)
      assert.equal(await text('a.txt'), 'a')
    },
    'reopen',
  ),
]

const branchChecks: readonly WorkspaceCheck[] = [
  check(
    'a branch is a working tree of its own, which ends with it',
    async ({ workspace, write, all, text }) => {
      await write({ 'a.txt': 'a', 'b/c.bin': bytes })
      const { id } = await workspace.snapshot()
      const before = await all()
      await write({ 'a.txt': 'later' })
      const branch = await workspace.branch(id)
      assert.deepEqual(await all(branch.root), before)
      assert.equal(await branch.treeHash(), id)
      await writeFile(join(branch.root, 'a.txt'), 'theirs')
      assert.equal(await text('a.txt'), 'later')
      assert.deepEqual(await branch.changes(id), [{ path: 'a.txt', change: 'modified' }])
      await branch[Symbol.asyncDispose]()
      await assert.rejects(readFile(join(branch.root, 'a.txt')))
    },
  ),
]

/** The contract of `Workspace`, sentence by sentence: the checks that need nothing that the backend lacks. */
export function workspaceChecks({ reopen }: WorkspaceHarness): readonly WorkspaceCheck[] {
  return [...snapshotChecks, ...restoreChecks, ...branchChecks, ...mergeChecks].filter(
    ({ needs }) => needs !== 'reopen' || reopen !== undefined,
  )
}
