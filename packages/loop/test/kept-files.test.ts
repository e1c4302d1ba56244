import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Effect, FileChange, Hash, JsonValue, Workspace } from '@keepup/core'
import { expect, test } from 'vitest'

import { collect, completed, dataOf, harness, outcomeOf, types } from './harness.ts'

/** Files in memory, whose snapshots are copies. It tells what it was asked to look at. */
function memoryFiles(hang: (look: number) => boolean) {
  const files = new Map<string, string>()
  const kept = new Map<Hash, ReadonlyMap<string, string>>()
  const looks: (readonly string[] | undefined)[] = []
  let failure: string | undefined
  const idOf = (): Hash => JSON.stringify([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const workspace: Workspace = {
    root: '/w',
    async snapshot(touched) {
      looks.push(touched)
      if (hang(looks.length)) return new Promise(() => {})
      if (failure !== undefined) throw new Error(failure)
      kept.set(idOf(), new Map(files))
      return { id: idOf(), uncovered: [] }
    },
    treeHash: async () => idOf(),
    async changes(from, to = idOf()) {
      const [before, after] = [kept.get(from) ?? new Map(), kept.get(to) ?? new Map()]
      const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
        (path) => before.get(path) !== after.get(path),
      )
      return changed.map((path): FileChange => ({
        path,
        change: before.has(path) ? (after.has(path) ? 'modified' : 'deleted') : 'added',
      }))
    },
    restore: refuse,
    branch: refuse,
    merge: refuse,
    [Symbol.asyncDispose]: async () => {},
  }
  return { files, looks, workspace, fail: (why: string) => void (failure = why) }
}

function refuse(): never {
  throw new Error('not asked for here')
}

const pathOf = (input: JsonValue): string => (input as { path: string }).path // as the steps below say it
const write = (path: string, text: string) => ({ name: 'write', input: { path, text } })

interface More {
  readonly effects?: readonly Effect[]
  /** Whether a look, by its number, never ends. */
  readonly hang?: (look: number) => boolean
}

function agent(steps: readonly object[], more: More = {}) {
  const { files, looks, workspace, fail } = memoryFiles(more.hang ?? (() => false))
  const checkpointer = memoryCheckpointer()
  const made = harness({
    checkpointer,
    files: workspace,
    steps,
    tools: {
      read: { effects: () => [{ kind: 'read', target: '/w/a' }] },
      write: {
        repeat: 'idempotent',
        effects: (input) => more.effects ?? [{ kind: 'write', target: `/w/${pathOf(input)}` }],
        run(input) {
          files.set(pathOf(input), (input as { text: string }).text) // as the steps below say it
          return completed('written')
        },
      },
    },
  })
  return { ...made, files, looks, fail }
}

test('the files are kept before the first call that may change any, and after calls that did', async () => {
  const { run, files, looks } = agent([
    { calls: [{ name: 'read', input: {} }] },
    { calls: [write('a.txt', 'one'), write('b.txt', 'one')] },
    { calls: [write('a.txt', 'one')] },
    { text: 'done' },
  ])
  files.set('old.txt', 'old')
  const events = await collect(run, { input: 'Go' })
  expect(types(events).filter((type) => type === 'tool-started' || type === 'workspace-snapshotted')).toEqual(
    [
      'tool-started',
      'workspace-snapshotted',
      'tool-started',
      'tool-started',
      'workspace-snapshotted',
      'tool-started',
    ],
  )
  expect(dataOf(events, 'workspace-snapshotted')).toMatchObject([
    { moment: 'before', id: '[["old.txt","old"]]' },
    {
      moment: 'after',
      changes: [
        { path: 'a.txt', change: 'added' },
        { path: 'b.txt', change: 'added' },
      ],
    },
  ])
  // The whole first, then what was written, and once more where nothing had changed: never again.
  expect(looks).toEqual([undefined, ['a.txt', 'b.txt'], ['a.txt']])
})

test('a run that changes nothing looks at nothing', async () => {
  const { run, looks } = agent([{ calls: [{ name: 'read', input: {} }] }, { text: 'done' }])
  expect(types(await collect(run, { input: 'Go' }))).not.toContain('workspace-snapshotted')
  expect(looks).toEqual([])
})

test('what may touch anything is looked at whole; the next run tells what others changed between', async () => {
  const { run, looks, files } = agent(
    [
      { calls: [write('a.txt', 'one')] },
      { text: 'first' },
      { calls: [write('a.txt', 'two')] },
      { text: 'second' },
    ],
    { effects: [{ kind: 'exec', target: 'make' }] },
  )
  await collect(run, { input: 'Go' })
  files.set('mine.txt', 'a person wrote this')
  const events = await collect(run, { input: 'Again' })
  expect(looks).toEqual([undefined, undefined, undefined, undefined])
  expect(dataOf(events, 'workspace-snapshotted')).toMatchObject([
    { moment: 'before', changes: [{ path: 'mine.txt', change: 'added' }] },
    { moment: 'after', changes: [{ path: 'a.txt', change: 'modified' }] },
  ])
})

test('a snapshot that fails is recorded once, and ends nothing', async () => {
  const { run, fail, looks } = agent([
    { calls: [write('a.txt', 'one')] },
    { calls: [write('a.txt', 'two')] },
    { text: 'done' },
  ])
  fail('the disk is full')
  const events = await collect(run, { input: 'Go' })
  expect(dataOf(events, 'workspace-snapshotted')).toMatchObject([
    { moment: 'before', failed: 'the disk is full' },
  ])
  expect(outcomeOf(events)?.outcome.type).toBe('completed')
  expect(looks).toHaveLength(1)
})

test.each([1, 2])(
  'look %i that never ends does not hold up a run that is interrupted',
  async (bad) => {
    const stop = new AbortController()
    const { run, looks, files } = agent([{ calls: [write('a.txt', 'one')] }, { text: 'done' }], {
      hang: (count) => count === bad && (stop.abort(), true),
    })
    const events = await collect(run, { input: 'Go', signal: stop.signal })
    expect(outcomeOf(events)?.outcome.type).toBe('interrupted')
    expect(looks).toHaveLength(bad)
    expect(files.has('a.txt')).toBe(bad === 2)
  },
  30_000,
)

test('thousands of changes are counted, not listed', async () => {
  const { run, files } = agent([
    { calls: [write('a.txt', 'one')] },
    { text: 'done' },
    { calls: [write('a.txt', 'two')] },
    { text: 'done' },
  ])
  await collect(run, { input: 'Go' })
  for (let file = 0; file < 700; file += 1) files.set(`f${file}`, 'x')
  const [before] = dataOf(await collect(run, { input: 'Again' }), 'workspace-snapshotted')
  expect(before?.changes).toHaveLength(500)
  expect(before?.more).toBe(200)
})
