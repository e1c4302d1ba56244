import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { currentOwner } from '@keepup/checkpoint'
import type { Entry, NewEntry } from '@keepup/core'
import { expect, test, vi } from 'vitest'

import { openStore } from '../src/store.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A project in which an agent wrote three files twice, in thread `apple`. */
async function project() {
  const home = temporaryFolder()
  const folder = join(home, 'project')
  mkdirSync(folder)
  const write = (path: string, content: string) => ({ name: 'write', input: { path, content } })
  const both = (content: string) => ['a.txt', 'b.txt', 'c.txt'].map((path) => write(path, content))
  const steps = [
    { calls: both('one') },
    { calls: both('two') },
    { text: 'Done.' },
    { text: 'More.', repeat: true },
  ]
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
  const scripted = ['--mode', 'yolo', '--model', `scripted:${join(home, 'script.json')}`]
  const at = (words: string, ...more: readonly string[]) =>
    runInProcess([...words.split(' '), ...more], { home, cwd: folder })
  expect((await at('run go --thread apple', ...scripted)).code).toBe(0)
  const entries = async () =>
    (await at('history apple --json')).stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Entry)
  const looks = (await entries()).filter(({ type }) => type === 'workspace-snapshotted')
  return {
    home,
    folder,
    scripted,
    at,
    entries,
    store: join(home, '.local/state/keepup/keepup.db'),
    /** After the first three files. */
    first: looks[1]?.sequence ?? 0,
    text: (path: string) => readFileSync(join(folder, path), 'utf8'),
    texts: () => ['a.txt', 'b.txt', 'c.txt'].map((path) => readFileSync(join(folder, path), 'utf8')),
  }
}

/** Rewinds in a process that is killed before the so many-th file is in its place. */
async function rewindAndDie(home: string, folder: string, count: number, to: number): Promise<void> {
  const program = fileURLToPath(new URL('rewind-and-die.ts', import.meta.url))
  const words = [String(count), 'rewind', 'apple', '--to', String(to), '--files']
  const child = spawn(process.execPath, ['--conditions=@keepup/source', program, ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: home },
  })
  await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
}

test('a rewind with files is told before and after, and taken back with the files that it found', async () => {
  const { at, entries, first, texts, folder, text } = await project()
  writeFileSync(join(folder, 'a.txt'), 'by hand')
  const rewound = await at(`rewind apple --to ${first} --files`)
  expect([rewound.code, texts()]).toEqual([0, ['one', 'one', 'one']])
  const last = (await entries()).slice(-3)
  expect(last.map(({ type }) => type)).toEqual([
    'workspace-restore-begun',
    'thread-rewound',
    'workspace-restore-ended',
  ])
  expect(last[2]?.data).toMatchObject({ to: first, outcome: 'restored', left: [], folder })
  expect((await at('replay apple')).stdout).toContain('byte-identical')
  // What was there before, also what no agent wrote, comes back with the line that is printed.
  const [, undo = ''] = /undo: keepup (.*)\n/.exec(rewound.stderr) ?? []
  expect(undo).toContain('--files')
  expect((await at(undo)).code).toBe(0)
  expect([text('a.txt'), text('b.txt')]).toEqual(['by hand', 'two'])
  expect((await at('show apple')).stdout).toContain('Done.')
  expect((await at('replay apple')).stdout).toContain('byte-identical')
})

test('killed in between it is ended by whatever is done next, and never half of it', async () => {
  for (const [count, next] of [
    [1, 'resume apple'],
    [2, 'run More --thread apple'],
    [3, 'rewind apple --to message:1'],
  ] as const) {
    const { home, folder, at, entries, first, texts, scripted } = await project()
    await rewindAndDie(home, folder, count, first)
    expect((await entries()).at(-1)?.type).toBe('workspace-restore-begun')
    expect(texts().filter((text) => text === 'one')).toHaveLength(count - 1)
    const more = next.startsWith('rewind') ? [] : scripted
    const { code, stderr } = await at(
      next,
      ...more,
      ...(next.startsWith('rewind') ? [] : ['--snapshots', 'off']),
    )
    expect({ next, code, stderr }).toMatchObject({ code: 0 })
    expect(stderr).toContain(`a rewind of apple to ${first} with its files had been cut off; it was ended`)
    const types = (await entries()).map(({ type }) => type)
    const ended = types.indexOf('workspace-restore-ended')
    expect(types.slice(ended - 2, ended + 1)).toEqual([
      'workspace-restore-begun',
      'thread-rewound',
      'workspace-restore-ended',
    ])
    if (next.startsWith('rewind')) expect(texts()).toEqual(['one', 'one', 'one'])
    expect((await at('replay apple')).code).toBe(0)
  }
})

test('killed before the first file it is ended too; what someone changed since is left alone and named', async () => {
  const { at, entries, first, texts, text, store, folder } = await project()
  const looks = (await entries()).filter(({ type }) => type === 'workspace-snapshotted')
  const id = (index: number) => (looks[index]?.data as { id?: string } | undefined)?.id ?? ''
  const intent = { to: first, snapshot: id(1), undo: id(2), folder }
  await append(store, { ...begun, data: intent })
  writeFileSync(join(folder, 'b.txt'), 'changed since')
  const { stderr, code } = await at('rewind apple --to head')
  expect(code).toBe(0)
  expect(stderr).toContain('it was ended, but for b.txt, changed since')
  expect([text('a.txt'), text('b.txt'), text('c.txt')]).toEqual(['one', 'changed since', 'one'])
  const ended = (await entries()).find(({ type }) => type === 'workspace-restore-ended')
  expect(ended?.data).toMatchObject({ outcome: 'restored', left: ['b.txt'] })
  expect(texts()).toContain('changed since')
  // A folder that is gone cannot be brought back: that is told, and the thread stays where it was.
  await append(store, { ...begun, data: { ...intent, folder: join(folder, 'gone') } })
  const { stderr: gone } = await at('rewind apple --to 1')
  expect(gone).toContain('had been cut off, and was given up')
})

const begun: NewEntry = {
  type: 'workspace-restore-begun',
  version: 1,
  critical: false,
  time: 1,
  by: 'user',
  data: {},
}

async function append(path: string, entry: NewEntry): Promise<void> {
  await using store = await openStore({ path })
  await using lease = await store.checkpointer.lease('apple', currentOwner('test'), 30_000)
  const { head } = await store.checkpointer.read('apple')
  const appends = [{ thread: 'apple', after: head, lease: lease.token, entries: [entry] }]
  await store.checkpointer.commit({ appends, flush: 'process' })
}

test('where files cannot be brought back nothing is rewound; nor under an agent that runs', async () => {
  const { at, entries, first, texts, store, folder } = await project()
  const before = (await entries()).length
  // A folder with what nobody keeps stands where the file is to be.
  rmSync(join(folder, 'b.txt'))
  mkdirSync(join(folder, 'b.txt'))
  writeFileSync(join(folder, '.gitignore'), '*.log\n')
  writeFileSync(join(folder, 'b.txt', 'x.log'), 'mine')
  const refused = await at(`rewind apple --to ${first} --files`)
  expect(refused.code).not.toBe(0)
  expect(refused.stderr).toContain('b.txt')
  const after = await entries()
  expect(after.slice(before).map(({ type }) => type)).toEqual([
    'workspace-restore-begun',
    'workspace-restore-ended',
  ])
  expect(after.at(-1)?.data).toMatchObject({ outcome: 'undone' })
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('two')
  expect(readFileSync(join(folder, 'b.txt', 'x.log'), 'utf8')).toBe('mine')
  expect((await at('show apple')).stdout).toContain('Done.')
  rmSync(join(folder, 'b.txt'), { recursive: true })
  {
    await using opened = await openStore({ path: store })
    await using lease = await opened.checkpointer.lease('apple', currentOwner('run'), 30_000)
    const held = await at(`rewind apple --to ${first} --files`)
    expect(held).toMatchObject({
      code: 23,
      stderr: expect.stringContaining('signal apple interrupt') as string,
    })
    expect(existsSync(join(folder, 'b.txt'))).toBe(false)
    await lease.release()
  }
  expect((await at(`rewind apple --to ${first} --files`)).code).toBe(0)
  expect(texts()).toEqual(['one', 'one', 'one'])
})
