import type { Hash, Workspace } from '@keepup/core'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'

import {
  bisectPositions,
  compareThreads,
  diffPositions,
  familyOf,
  filesAt,
  forkEdited,
  forkThread,
  listCheckpoints,
  memoryCheckpointer,
  openThread,
  restoreFiles,
  rewindOrAsk,
  rewindThread,
  surveyThread,
  tagThread,
  type Verdict,
} from '../../src/index.ts'
import { note, stranger } from '../parts/entry.ts'
import { notesFold } from '../parts/notes-fold.ts'
import { answered, begun, finished, kept, said } from './agent-entries.ts'

let checkpointer = memoryCheckpointer()
const open = (thread: string) => openThread({ checkpointer, thread, fold: notesFold, owner: stranger('a') })
const list = async (thread: string, page = {}) =>
  listCheckpoints(checkpointer, await surveyThread(checkpointer, thread), page)
const ends = async (thread: string, page = {}) => (await list(thread, page)).map(({ sequence }) => sequence)

beforeEach(async () => {
  checkpointer = memoryCheckpointer()
  await using thread = await open('t')
  await thread.append([said('one', 1_000), begun(1_000)])
  await thread.append([answered('ok', 1_300), kept('s1', ['a', 'b'], 1_400)])
  await thread.append([finished('ok', 1_500)])
  await thread.append([said('two', 90_000)])
})

describe('the history', () => {
  test('tells of each commit what it took', async () => {
    await tagThread({ checkpointer, thread: 't', tag: 'good', at: 4 })
    expect(await list('t')).toMatchObject([
      { sequence: 2, turns: 0, usage: { input: 0 }, hidden: false, tags: [] },
      { sequence: 4, turns: 1, cost: 7, usage: { input: 10, output: 5 }, duration: 400, tags: ['good'] },
      { sequence: 5, duration: 100 },
      { sequence: 6, time: 90_000 },
      { sequence: 7 },
    ])
    const [first, second, , fourth] = await list('t')
    expect(second?.files).toEqual({
      snapshot: 's1',
      changes: [expect.anything(), expect.anything()],
      more: 0,
    })
    expect([first, fourth].map((one) => [one?.duration, one?.files])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ])
  })

  test('is paged from the end, through forks, one of which lies in the middle of a commit', async () => {
    await forkThread(checkpointer, { thread: 't', at: 3 }, 'f')
    await using fork = await open('f')
    await fork.append([note('x')])
    await fork.append([note('y'), note('z')])
    expect(await ends('f')).toEqual([2, 3, 4, 6])
    expect((await list('f')).map(({ thread, entries }) => [thread, entries.length])).toEqual([
      ['t', 2],
      ['t', 1],
      ['f', 1],
      ['f', 2],
    ])
    expect(await ends('f', { limit: 2 })).toEqual([4, 6])
    expect(await ends('f', { limit: 2, before: 4 })).toEqual([2, 3])
    expect(await ends('f', { before: 1 })).toEqual([])
    expect(await ends('none')).toEqual([])
  })

  test('marks what a rewind hid', async () => {
    await rewindThread({ checkpointer, thread: 't', to: 2 })
    expect((await list('t')).map(({ hidden }) => hidden)).toEqual([false, true, true, true, false])
  })

  test('pages of any size are the whole', async () => {
    await forkThread(checkpointer, { thread: 't', at: 5 }, 'f')
    await rewindOrAsk({ checkpointer, thread: 'f', to: 1 })
    await forkThread(checkpointer, { thread: 'f', at: 6 }, 'g')
    await rewindOrAsk({ checkpointer, thread: 'g', to: 3 })
    for (const limit of [1, 2, 3, 10]) {
      const pages: number[] = []
      for (let before: number | undefined; ;) {
        const page = await list('g', { limit, ...(before === undefined ? {} : { before }) })
        const [first] = page
        if (first === undefined) break
        pages.unshift(...page.map(({ sequence }) => sequence))
        before = first.sequence
      }
      expect(pages).toEqual([2, 4, 5, 6, 7])
    }
  })
})

describe('an edited fork', () => {
  test('begins with what was changed, and leaves its origin alone', async () => {
    const signal = {
      id: 's',
      thread: 'f',
      channel: 'messages',
      type: 'message',
      time: 1,
      by: 'user',
      data: 1,
    }
    const from = { thread: 't', at: 2 }
    expect(
      await forkEdited({ checkpointer, from, to: 'f', entries: [note('changed')], signals: [signal] }),
    ).toEqual(from)
    expect((await checkpointer.read('f')).entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3])
    expect(await checkpointer.pending('f')).toHaveLength(1)
    expect((await checkpointer.read('t')).head).toBe(6)
    // Its lease is free again.
    await using fork = await open('f')
    expect(fork.head).toBe(3)
  })

  test('of nothing is a fork at the beginning', async () => {
    await forkEdited({ checkpointer, from: { thread: 't', at: 0 }, to: 'f', entries: [note('first')] })
    expect((await checkpointer.read('f')).entries.map(({ data }) => data)).toEqual(['first'])
  })

  test('is refused where a thread of that name is there or held', async () => {
    await expect(
      forkEdited({ checkpointer, from: { thread: 't', at: 1 }, to: 't', entries: [note(1)] }),
    ).rejects.toMatchObject({ code: 'thread-exists' })
    await using held = await open('f')
    await expect(forkEdited({ checkpointer, from: { thread: 't', at: 1 }, to: 'f' })).rejects.toMatchObject({
      code: 'lease-held',
    })
    expect(held.head).toBe(0)
  })

  test('by two at once is one fork', async () => {
    const fork = () => forkEdited({ checkpointer, from: { thread: 't', at: 1 }, to: 'f', entries: [note(1)] })
    const settled = await Promise.allSettled([fork(), fork()])
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await checkpointer.read('f')).entries).toHaveLength(2)
  })
})

test('rewinding a thread that is run is a signal; it fails where there is nothing to go back to', async () => {
  await expect(rewindOrAsk({ checkpointer, thread: 't', to: 99 })).rejects.toMatchObject({
    code: 'checkpoint-unknown',
  })
  await expect(rewindOrAsk({ checkpointer, thread: 'none', to: 0 })).rejects.toMatchObject({
    code: 'thread-unknown',
  })
  await using running = await open('t')
  expect(await rewindOrAsk({ checkpointer, thread: 't', to: 1 })).toMatchObject({ type: 'asked' })
  expect(await running.pending()).toMatchObject([{ type: 'rewind', data: { to: 1 } }])
})

/** A workspace that notes what it is asked. */
function fakeWorkspace(asked: unknown[]): Workspace {
  const refuse = () => Promise.reject(new Error('not asked for'))
  return {
    root: '/',
    snapshot: refuse,
    treeHash: refuse,
    branch: refuse,
    merge: refuse,
    changes: async (...ids) => (asked.push(ids), [{ path: 'a', change: 'added' }]),
    restore: async (id: Hash) => (asked.push(id), 'before'),
    [Symbol.asyncDispose]: async () => {},
  }
}

describe('two positions', () => {
  const diff = (before: [string, number], after: [string, number], workspace?: Workspace) =>
    diffPositions({
      checkpointer,
      fold: notesFold,
      before: { thread: before[0], at: before[1] },
      after: { thread: after[0], at: after[1] },
      messages: (notes) => notes,
      ...(workspace === undefined ? {} : { workspace }),
    })

  test('differ by state, messages and past', async () => {
    await using notes = await open('n')
    await notes.append([note('a'), note('b'), note('c'), note('d')])
    expect(await diff(['n', 3], ['n', 3])).toEqual({
      past: { entries: 3, last: { thread: 'n', at: 3 } },
      state: [],
      messages: { common: 3, removed: [], added: [] },
    })
    await forkEdited({ checkpointer, from: { thread: 'n', at: 2 }, to: 'f', entries: [note('x')] })
    const forked = await diff(['n', 4], ['f', 3])
    expect(forked.past).toEqual({ entries: 2, last: { thread: 'n', at: 2 } })
    expect(forked.messages).toEqual({ common: 2, removed: ['3:"c"', '4:"d"'], added: ['3:"x"'] })
    expect(forked.state.map(({ type, pointer }) => [type, pointer])).toEqual([
      ['changed', '/2'],
      ['removed', '/3'],
    ])
    expect((await diff(['n', 4], ['n', 0])).messages).toMatchObject({ common: 0, added: [] })
  })

  test('differ by files where a workspace kept some', async () => {
    await using thread = await open('t')
    await thread.append([kept('s2', ['a'])])
    const asked: unknown[] = []
    const workspace = fakeWorkspace(asked)
    expect((await diff(['t', 4], ['t', 7], workspace)).files).toEqual([{ path: 'a', change: 'added' }])
    expect((await diff(['t', 5], ['t', 6], workspace)).files).toEqual([])
    expect((await diff(['t', 1], ['t', 6], workspace)).files).toBeUndefined()
    expect(asked).toEqual([['s1', 's2']])
    expect(await restoreFiles(checkpointer, workspace, { thread: 't', at: 6 })).toBe('before')
    expect(asked.at(-1)).toBe('s1')
    await expect(restoreFiles(checkpointer, workspace, { thread: 't', at: 1 })).rejects.toMatchObject({
      code: 'checkpoint-unknown',
    })
  })

  test('of threads that share nothing have no common past; a rewound one has the files of where it is', async () => {
    await using other = await open('o')
    await other.append([note('o')])
    expect((await diff(['t', 1], ['o', 1])).past).toEqual({ entries: 0 })
    await rewindThread({ checkpointer, thread: 't', to: 3 })
    expect(await filesAt(checkpointer, 't', 7)).toBeUndefined()
    expect(await filesAt(checkpointer, 't', 6)).toBe('s1')
  })
})

test('before the first look at the files they are what it found, if nothing could have changed by then', async () => {
  await using thread = await open('w')
  await thread.append([said('one'), begun(), kept('s0', [], 1_000, 'before'), kept('s1', ['a'])])
  await forkThread(checkpointer, { thread: 'w', at: 3 }, 'v')
  expect([await filesAt(checkpointer, 'w', 0), await filesAt(checkpointer, 'v', 1)]).toEqual(['s0', 's0'])
  expect(await filesAt(checkpointer, 't', 2)).toBeUndefined()
  await forkThread(checkpointer, { thread: 'w', at: 2 }, 'u')
  expect(await filesAt(checkpointer, 'u', 2)).toBeUndefined()
})

describe('forks beside each other', () => {
  test('are told apart by what became of them since they parted', async () => {
    await forkThread(checkpointer, { thread: 't', at: 2 }, 'f')
    await using fork = await open('f')
    await fork.append([note(1, { type: 'run-resumed', time: 1_600 })])
    await fork.append([answered('other', 1_700), answered('words', 1_900)])
    await forkThread(checkpointer, { thread: 'f', at: 4 }, 'g')
    expect(await familyOf(checkpointer, 't')).toEqual(['t', 'f', 'g'])
    expect(await familyOf(checkpointer, 'f')).toEqual(['f', 'g'])
    const { past, threads } = await compareThreads(checkpointer, ['t', 'f', 'g'])
    expect(past).toEqual({ entries: 2, last: { thread: 't', at: 2 } })
    expect(threads).toMatchObject([
      {
        thread: 't',
        outcome: { type: 'completed' },
        turns: 1,
        cost: 7,
        duration: 500,
        answer: 'ok',
        open: false,
      },
      { thread: 'f', turns: 2, cost: 14, duration: 300, answer: 'words' },
      { thread: 'g', turns: 1, cost: 7, duration: 100, answer: 'other' },
    ])
    expect(threads[1]).not.toHaveProperty('outcome')
  })

  test('one that is not there has nothing, one alone is compared from its beginning on', async () => {
    const { threads } = await compareThreads(checkpointer, ['t', 'none'])
    expect(threads).toMatchObject([{ turns: 1 }, { thread: 'none', head: 0, turns: 0, duration: 0 }])
    expect((await compareThreads(checkpointer, [])).threads).toEqual([])
  })
})

describe('bisecting', () => {
  const run = async (verdicts: readonly Verdict[], limit?: number) => {
    const asked: number[] = []
    const bisected = await bisectPositions({
      positions: verdicts.map((_, index) => index),
      check: async (index) => (asked.push(index), verdicts[index] ?? 'skip'),
      ...(limit === undefined ? {} : { limit }),
    })
    return { bisected, asked }
  }

  test('finds the first failing position of any history, in as many checks as its logarithm', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(300), fc.nat(300), async (passing, failing) => {
        const verdicts = [
          ...Array<Verdict>(passing).fill('pass'),
          ...Array<Verdict>(failing + 1).fill('fail'),
        ]
        const { bisected, asked } = await run(verdicts)
        expect(bisected).toEqual({
          type: 'found',
          first: passing,
          ...(passing === 0 ? {} : { after: passing - 1 }),
          skipped: [],
        })
        expect(asked.length).toBeLessThanOrEqual(Math.ceil(Math.log2(verdicts.length)) + 2)
      }),
    )
  })

  test('says between which positions it lies where checks were skipped', async () => {
    const { bisected } = await run(['pass', 'skip', 'skip', 'fail', 'fail'])
    expect(bisected).toEqual({ type: 'found', first: 3, after: 0, skipped: [1, 2] })
  })

  test('has nothing to find where the last passes, and does not decide what it cannot', async () => {
    expect((await run(['fail', 'pass'])).bisected).toEqual({ type: 'passes' })
    expect((await run(['pass', 'skip'])).bisected).toEqual({ type: 'undecided' })
    expect((await run([])).bisected).toEqual({ type: 'undecided' })
    expect((await run([...Array<Verdict>(99).fill('pass'), 'fail'], 3)).bisected).toEqual({
      type: 'undecided',
    })
  })
})
