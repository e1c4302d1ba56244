import { type Fold, KeepupError } from '@keepup/core'
import { beforeEach, describe, expect, test } from 'vitest'

import {
  forkThread,
  memoryCheckpointer,
  openThread,
  recordTest,
  replayCheckpointer,
  rewindThread,
  runRecordedTest,
  type TestedCode,
} from '../../src/index.ts'
import { note, stranger } from '../parts/entry.ts'

let checkpointer = memoryCheckpointer()
/** Keeps what every note says. */
const dataFold: Fold<readonly unknown[]> = {
  id: 'data',
  version: 1,
  initial: [],
  apply: (state, { type, data }) => (type === 'note-taken' ? [...state, data] : state),
  understands: new Set(['note-taken']),
}
const open = (thread: string) => openThread({ checkpointer, thread, fold: dataFold, owner: stranger('a') })

/** Code that writes its notes again, one by one. */
function codeThatWrites(change: (data: unknown) => unknown = (data) => data): TestedCode<readonly unknown[]> {
  return {
    fold: dataFold,
    async replay(recorded, options) {
      const again = replayCheckpointer(recorded, options)
      const lease = await again.lease(recorded[0]?.thread ?? '', stranger('b'), 1)
      for (const { thread, sequence, salt, hash, ...entry } of recorded.slice(again.cursor.position)) {
        const entries = [entry.type === 'note-taken' ? { ...entry, data: change(entry.data) } : entry]
        await again.commit({
          appends: [{ thread, after: sequence - 1, lease: lease.token, entries }],
          flush: 'process',
        })
      }
    },
  }
}

beforeEach(async () => {
  checkpointer = memoryCheckpointer()
  await using thread = await open('t')
  await thread.append([
    note('a'),
    note({ when: new Date(5), big: 7n, bytes: new Uint8Array([1, 255]) }),
    note('c'),
  ])
})

describe('a recorded test', () => {
  test('passes against the same code, values beyond JSON included', async () => {
    const text = await recordTest(checkpointer, 't', codeThatWrites())
    expect(await runRecordedTest(text, codeThatWrites())).toEqual({ thread: 't', entries: 3, state: [] })
    expect(await runRecordedTest(text.replaceAll('\n', '\r\n'), codeThatWrites())).toMatchObject({
      state: [],
    })
  })

  test('fails where the code writes something else, naming the entry', async () => {
    const text = await recordTest(checkpointer, 't', codeThatWrites())
    const changed = codeThatWrites((data) => (data === 'c' ? 'd' : data))
    expect(await runRecordedTest(text, changed)).toMatchObject({ diverged: { sequence: 3 }, state: [] })
  })

  test('fails where the fold makes another state of the same entries', async () => {
    const text = await recordTest(checkpointer, 't', codeThatWrites())
    const other: Fold<readonly unknown[]> = {
      ...dataFold,
      apply: (state, { type, data }) => (type === 'note-taken' ? [data, ...state] : state),
    }
    const { diverged, state } = await runRecordedTest(text, { ...codeThatWrites(), fold: other })
    expect(diverged).toBeUndefined()
    expect(state[0]).toMatchObject({ pointer: '/0', before: 'a', after: 'c' })
  })

  test('is made of rewound threads, forks of forks and pruned threads', async () => {
    await rewindThread({ checkpointer, thread: 't', to: 1 })
    await forkThread(checkpointer, { thread: 't', at: 4 }, 'f')
    await forkThread(checkpointer, { thread: 'f', at: 4 }, 'g')
    {
      await using fork = await open('g')
      await fork.append([note('own')])
    }
    const lease = await checkpointer.lease('p', stranger('p'), 10_000)
    const entries = [note('x'), note('y')]
    await checkpointer.commit({
      appends: [{ thread: 'p', after: 0, lease: lease.token, entries }],
      flush: 'process',
    })
    const fold = { id: dataFold.id, version: dataFold.version }
    await checkpointer.prune({ thread: 'p', lease: lease.token, through: 1, fold, state: ['x'], time: 1 })
    for (const thread of ['t', 'g', 'p']) {
      const text = await recordTest(checkpointer, thread, codeThatWrites())
      expect(await runRecordedTest(text, codeThatWrites())).toMatchObject({ thread, state: [] })
    }
  })

  test('is not made of what is not there, was erased, or does not come out the same already', async () => {
    await expect(recordTest(checkpointer, 'none', codeThatWrites())).rejects.toMatchObject({
      code: 'thread-unknown',
    })
    await forkThread(checkpointer, { thread: 't', at: 2 }, 'f')
    await expect(recordTest(checkpointer, 'f', codeThatWrites())).rejects.toThrow('forked from t')
    const broken = codeThatWrites(() => 'another')
    await expect(recordTest(checkpointer, 't', broken)).rejects.toMatchObject({ code: 'replay-diverged' })
    await checkpointer.erase({ thread: 't', entries: [2], forks: 'cascade' })
    await expect(recordTest(checkpointer, 't', codeThatWrites())).rejects.toMatchObject({
      code: 'not-supported',
    })
  })

  test('that was cut, changed by hand or is something else is refused', async () => {
    const text = await recordTest(checkpointer, 't', codeThatWrites())
    const lines = text.split('\n')
    const hostile = [
      '',
      'hello',
      '{}',
      '[]',
      'null',
      '{"format":"keepup-test","version":1}',
      lines.slice(0, 3).join('\n'),
      text.replace('"a"', '"b"'),
      [lines[0], ...lines.slice(2)].join('\n'),
      text.slice(0, -20),
      '\u0000'.repeat(1000),
    ]
    for (const one of hostile)
      await expect(runRecordedTest(one, codeThatWrites())).rejects.toSatisfy((error) =>
        KeepupError.is(error, 'thread-damaged'),
      )
    await expect(
      runRecordedTest(text.replace('"version":1', '"version":2'), codeThatWrites()),
    ).rejects.toMatchObject({
      code: 'thread-too-new',
    })
  })
})
