import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Checkpointer, Workspace } from '@keepup/core'
import type { Step } from '@keepup/testing/scripted-model'
import { copiesWorkspace } from '@keepup/toolkit/rollback'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { readSop, type Sop, type SopPhase } from '../../src/sop/index.ts'
import { collect, entriesOf, scene, walked } from './scene.ts'

// Commands are processes, which take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const green = (path: string) => ({ kind: 'command', id: 'there', run: ['test', '-e', path] }) as const

/** Two branches that write; `b` is named first, so it is merged first. */
function sopOf(more: SopPhase = {}, phases: Sop['phases'] = {}): Sop {
  return {
    id: 'both',
    version: 1,
    initial: 'work',
    phases: {
      work: {
        isolation: 'worktree',
        parallel: {
          b: { prompt: 'You are b.', retries: { max: 0 }, exit: [green('b.txt')] },
          a: { prompt: 'You are a.', retries: { max: 0 }, exit: [green('a.txt')] },
        },
        on: { pass: 'done' },
        retries: { max: 0 },
        ...more,
      },
      ...phases,
      done: { final: true },
    },
  }
}

function writes(branch: string, files: Readonly<Record<string, string>>): readonly Step[] {
  const calls = Object.entries(files).map(([path, content]) => ({
    name: 'write',
    input: { path, content },
  }))
  const when = { lastUser: new RegExp(`You are ${branch}\\.`) }
  return [{ calls, when, repeat: true }]
}

/** Each branch writes what it is told, once, and says that it has. */
function steps(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): readonly Step[] {
  return [
    { text: 'Done.', when: { lastToolResult: /.*/ }, repeat: true },
    ...writes('a', a),
    ...writes('b', b),
  ]
}

describe('branches with trees of their own', () => {
  test('write at once, unseen by each other, and are merged in the order in which they are named', async () => {
    const life = await scene({
      sop: sopOf({ exit: [green('a.txt'), { ...green('b.txt'), id: 'too' }] }),
      files: { 'old.txt': 'old', '.gitignore': 'made\n', made: 'm' },
      steps: steps({ 'a.txt': 'a' }, { 'b.txt': 'b', 'old.txt': 'new' }),
    })
    const events = await life.start()
    expect((await life.state()).machine.end).toEqual({ type: 'completed', phase: 'done' })
    expect(['a.txt', 'b.txt', 'old.txt'].map(life.read)).toEqual(['a', 'b', 'new'])
    const merged = entriesOf(events, 'branch-merged').map(({ data }) => data)
    expect(merged.map(({ branch }) => branch)).toEqual(['b', 'a'])
    expect(merged.map(({ conflicts }) => conflicts)).toEqual([[], []])
    // Their trees are gone, and each had only its own changes.
    const folders = entriesOf(events, 'branch-opened').map(({ data }) => data.folder)
    expect(new Set(folders).size).toBe(2)
    expect(folders.filter(existsSync)).toEqual([])
    expect(life.seats.every(({ workspace }) => folders.includes(workspace?.root ?? ''))).toBe(true)
  })

  test('that change one file: the second is told as a conflict, which the procedure routes on; nothing is lost', async () => {
    const life = await scene({
      sop: sopOf(
        { on: { pass: 'done', conflict: 'settle' } },
        {
          settle: {
            on: { pass: 'done' },
            exit: [{ kind: 'command', id: 'both', run: ['grep', '-q', 'both', 'x.txt'] }],
          },
        },
      ),
      files: { 'x.txt': 'x' },
      steps: [
        {
          calls: [{ name: 'write', input: { path: 'x.txt', content: 'both' } }],
          when: { lastUser: /x\.txt of the branch a is not merged.*It stands in/s },
        },
        ...steps({ 'a.txt': 'a', 'x.txt': 'of a' }, { 'b.txt': 'b', 'x.txt': 'of b' }),
      ],
    })
    const events = await life.start()
    expect(walked(events).slice(-2)).toEqual(['work conflicted settle', 'settle passed done'])
    expect(['a.txt', 'b.txt', 'x.txt'].map(life.read)).toEqual(['a', 'b', 'both'])
    const [, second] = entriesOf(events, 'branch-merged').map(({ data }) => data)
    expect(second).toMatchObject({ branch: 'a', conflicts: [{ path: 'x.txt' }] })
    // What was not merged is in the branch's folder, and in the snapshot that the entry names.
    const opened = entriesOf(events, 'branch-opened').find(({ data }) => data.branch === 'a')?.data
    expect(readFileSync(join(opened?.folder ?? '', 'x.txt'), 'utf8')).toBe('of a')
    await life.workspace.restore(second?.tree ?? '', ['x.txt'])
    expect(life.read('x.txt')).toBe('of a')
    rmSync(opened?.folder ?? '', { recursive: true })
  })

  test('a conflict that leads nowhere is a failure, which may bring the files back', async () => {
    const life = await scene({
      sop: sopOf({ on: { pass: 'done', fail: { rollback: 'phase' } }, retries: { max: 1 } }),
      files: { 'x.txt': 'x' },
      steps: steps({ 'a.txt': 'a', 'x.txt': 'of a' }, { 'b.txt': 'b', 'x.txt': 'of b' }),
    })
    const events = await life.start()
    expect(walked(events).filter((line) => line.includes('conflicted'))).toEqual([
      'work conflicted work',
      'work conflicted work',
    ])
    expect((await life.state()).machine.end).toMatchObject({ type: 'failed', reason: 'exhausted' })
    expect(entriesOf(events, 'files-restored')).toHaveLength(1)
    for (const { data } of entriesOf(events, 'branch-opened'))
      rmSync(data.folder, { recursive: true, force: true })
  })

  test('one that does not pass is not merged, and its files are kept; one may edit only what it is told to', async () => {
    const { parallel } = sopOf().phases['work'] ?? {}
    const life = await scene({
      sop: sopOf({
        join: 'any',
        parallel: { a: { ...parallel?.['a'], tools: { edit: ['a.txt'] } }, b: { ...parallel?.['b'] } },
      }),
      steps: steps({ 'a.txt': 'a', 'other.txt': 'o' }, { 'wrong.txt': 'w' }),
    })
    const events = await life.start()
    expect((await life.state()).machine.end?.type).toBe('completed')
    expect(['a.txt', 'wrong.txt', 'other.txt'].map(life.read)).toEqual(['a', undefined, undefined])
    const [left] = entriesOf(events, 'branch-left').map(({ data }) => data)
    expect(left?.branch).toBe('b')
    await life.workspace.restore(left?.tree ?? '', ['wrong.txt'])
    expect(life.read('wrong.txt')).toBe('w')
  })

  test('are refused where nothing runs commands in their trees', async () => {
    const life = await scene({ sop: sopOf(), parts: { coordinatorOf: undefined } as never }) // a host that has none
    await expect(life.start()).rejects.toMatchObject({ code: 'not-supported' })
  })

  test.each([
    ['isolation: worktree, on: { pass: done }', /isolation.*has no effect/],
    ['on: { pass: done, conflict: done }', /conflict.*has no effect/],
    [
      'isolation: worktree, parallel: { a: {} }, on: { pass: done, conflict: nowhere }',
      /nowhere, which is not there/,
    ],
  ])('what means nothing is told: %s', (phase, problem) => {
    const { problems } = readSop(
      `id: s\nversion: 1\ninitial: w\nphases:\n  w: { ${phase} }\n  done: { final: true }\n`,
      's.yaml',
    )
    expect(JSON.stringify(problems)).toMatch(problem)
  })
})

/** Cut off where the process would die: before an entry is stored, with what was done before it done. */
function mortal(inner: Checkpointer, type: string): Checkpointer {
  let dead = false
  return new Proxy(inner, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (key !== 'commit') return typeof value === 'function' ? value.bind(target) : value
      return (batch: Parameters<Checkpointer['commit']>[0]) => {
        dead ||= batch.appends.some(({ entries }) => entries.some((entry) => entry.type === type))
        return dead ? Promise.reject(new Error('The process is dead.')) : target.commit(batch)
      }
    },
  })
}

test.each(['branch-opened', 'branch-merged', 'transition-taken'])(
  'a process that dies before it could record %s merges each change once',
  async (type) => {
    const inner = memoryCheckpointer({ isOwnerDead: () => true })
    const life = await scene({
      git: true,
      sop: sopOf({ exit: [{ ...green('a.txt'), id: 'too' }] }),
      files: { 'x.txt': '1\n2\n3\n4\n5\n6\n7\n' },
      steps: steps(
        { 'a.txt': 'a', 'x.txt': '1\n2\n3\n4\n5\n6\nA\n' },
        { 'b.txt': 'b', 'x.txt': 'B\n2\n3\n4\n5\n6\n7\n' },
      ),
      checkpointer: mortal(inner, type),
    })
    await expect(life.start()).rejects.toThrow('The process is dead.')
    await collect(life.revive(inner).resume({ thread: 't' }))
    expect((await life.revive(inner).state('t')).machine.end).toEqual({ type: 'completed', phase: 'done' })
    expect(life.read('x.txt')).toBe('B\n2\n3\n4\n5\n6\nA\n')
    expect(['a.txt', 'b.txt'].map(life.read)).toEqual(['a', 'b'])
  },
)

test('a tree that is gone when the process comes back is told, and nothing is done over', async () => {
  const inner = memoryCheckpointer({ isOwnerDead: () => true })
  const folder = mkdtempSync(join(tmpdir(), 'keepup-sop-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const life = await scene({
    sop: sopOf(),
    steps: steps({ 'a.txt': 'a' }, { 'b.txt': 'b' }),
    checkpointer: mortal(inner, 'branch-merged'),
  })
  await expect(life.start()).rejects.toThrow('The process is dead.')
  const again: Workspace = await copiesWorkspace(life.root, join(folder, 'kept'))
  await expect(
    collect(life.revive(inner, { workspace: again }).resume({ thread: 't' })),
  ).rejects.toMatchObject({ code: 'not-supported' })
})
