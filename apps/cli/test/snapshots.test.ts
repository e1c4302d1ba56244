import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { gitWorkspace } from '@keepup/workspace'
import { expect, test, vi } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

const edit = { name: 'edit', input: { path: 'a.txt', old_text: 'one', new_text: 'two' } }
const shell = { name: 'shell', input: { command: 'echo new > b.txt' } }
const steps = [
  { calls: [{ name: 'read', input: { path: 'a.txt' } }] },
  { calls: [edit] },
  { calls: [shell] },
  { text: 'Done.' },
]

/** A project with a home of its own, and a script for the model. */
function project() {
  const home = temporaryFolder()
  const folder = join(home, 'code', 'project')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'a.txt'), 'one\n')
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
  const words = ['run', 'go', '--model', `scripted:${join(home, 'script.json')}`, '--mode', 'yolo', '--json']
  const kept = join(home, '.local/state/keepup/workspaces')
  return {
    home,
    folder,
    kept,
    go: (...more: readonly string[]) => runInProcess([...words, '--cwd', folder, ...more], { home }),
  }
}

type Kept = {
  readonly type: string
  readonly data: { readonly moment: string; readonly id?: string; readonly changes?: readonly unknown[] }
}

test('the files of a project are kept before a run changes them and after, and can be brought back', async () => {
  const { folder, kept, go } = project()
  const { events, code } = await go()
  expect(code).toBe(0)
  const looks = (events as readonly Kept[]).filter(({ type }) => type === 'workspace-snapshotted')
  expect(looks.map(({ data: { moment, changes } }) => [moment, changes])).toEqual([
    ['before', undefined],
    ['after', [{ path: 'a.txt', change: 'modified' }]],
    ['after', [{ path: 'b.txt', change: 'added' }]],
  ])
  const [storage = ''] = readdirSync(kept)
  await using workspace = await gitWorkspace({ root: folder, storage: join(kept, storage) })
  await workspace.restore(looks[0]?.data.id ?? '')
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('one\n')
  expect(existsSync(join(folder, 'b.txt'))).toBe(false)
  await workspace.restore(looks[1]?.data.id ?? '')
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('two\n')
})

test('snapshots can be switched off, but not by a project', async () => {
  const { folder, kept, go } = project()
  const { events } = await go('--snapshots', 'off')
  expect(events.map(({ type }) => type)).not.toContain('workspace-snapshotted')
  expect(existsSync(kept)).toBe(false)
  writeFileSync(join(folder, 'keepup.json'), '{ "snapshots": "off" }')
  const { code, stderr } = await go()
  expect(code).toBe(21)
  expect(stderr).toContain('keepup.json#/snapshots')
})

test('where the files cannot be kept the run goes on, and the log says why', async () => {
  const { home, kept, go } = project()
  mkdirSync(join(kept, '..'), { recursive: true })
  writeFileSync(kept, 'a file where the folder should be')
  const { code, events } = await go('--thread', 't')
  expect(code).toBe(0)
  const failed = (events as readonly Kept[]).filter(({ type }) => type === 'workspace-snapshotted')
  expect(failed).toHaveLength(1)
  const { stdout } = await runInProcess(['history', 't'], { home })
  expect(stdout).toContain('files could not be kept')
})
