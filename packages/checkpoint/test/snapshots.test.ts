import { channel } from 'node:diagnostics_channel'

import { type Checkpointer, type Fold, KeepupError } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { openThread, readState } from '../src/index.ts'
import { note, stranger } from './parts/entry.ts'
import { notesFold } from './parts/notes-fold.ts'
import { openScene } from './parts/open-scene.ts'

describe('snapshots', () => {
  async function snapshotsOf(wanted: { after: number; entries: number; size: number }): Promise<number[]> {
    const written: number[] = []
    const { thread } = await openScene({ snapshotAfter: wanted.after }, (checkpointer) => ({
      ...checkpointer,
      snapshot: async (name, stored) => {
        written.push(stored.at)
        await checkpointer.snapshot(name, stored)
      },
    }))
    for (let index = 0; index < wanted.entries; index += 1)
      await thread.append([note('x'.repeat(wanted.size))])
    await thread[Symbol.asyncDispose]()
    return written
  }

  test('are written rarer and rarer as the state grows', async () => {
    const written = await snapshotsOf({ after: 4, entries: 200, size: 50 })
    expect(written[0]).toBe(4)
    expect(written.length).toBeLessThan(12)
    const gaps = written.slice(2).map((at, index) => at - (written[index + 1] ?? 0))
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b))
  })

  test('are written after so many entries where the state stays small', async () => {
    const { options } = await openScene()
    const fold: Fold<number> = { id: 'count', version: 1, initial: 0, apply: (state) => state + 1 }
    const written: number[] = []
    const checkpointer: Checkpointer = {
      ...options.checkpointer,
      snapshot: async (_, stored) => void written.push(stored.at),
    }
    const counting = { ...options, checkpointer, thread: 'u', fold, snapshotAfter: 3, owner: stranger('u') }
    await using thread = await openThread(counting)
    for (let index = 0; index < 10; index += 1) {
      await thread.append([note('x')])
      // A snapshot is written beside the commits, one at a time.
      await new Promise(setImmediate)
    }
    expect(written).toEqual([3, 6, 9])
  })

  test('hold nothing that was erased while the thread was held, and the holder forgets it with them', async () => {
    const { thread, checkpointer } = await openScene({ snapshotAfter: 2 })
    const refs = { fold: { id: notesFold.id, version: notesFold.version } }
    const stored = async (): Promise<string> =>
      Buffer.from((await checkpointer.read('t', refs)).snapshot?.bytes ?? []).toString()
    const appended = async (data: string): Promise<void> => {
      await thread.append([note(data)])
      await new Promise(setImmediate)
    }
    await appended('SECRET')
    await appended('two')
    expect(await stored()).toContain('SECRET')
    await checkpointer.erase({ thread: 't', entries: [1], forks: 'refuse' })
    expect(thread.state.join()).toContain('SECRET')
    for (let index = 0; index < 20; index += 1) {
      await appended(`later ${index}`)
      expect(await stored()).not.toContain('SECRET')
    }
    expect(await stored()).toContain('later')
    expect(thread.state.join()).not.toContain('SECRET')
    expect(thread.state).toEqual((await readState(checkpointer, 't', notesFold)).state)
    await thread[Symbol.asyncDispose]()
  })

  test('wait for as many bytes as the one that the state was read from', async () => {
    const { thread, options } = await openScene({ snapshotAfter: 2 })
    await thread.append([note('a'.repeat(200)), note('b')])
    await thread[Symbol.asyncDispose]()
    const written: number[] = []
    const checkpointer: Checkpointer = {
      ...options.checkpointer,
      snapshot: async (_, stored) => void written.push(stored.at),
    }
    await using again = await openThread({ ...options, checkpointer })
    for (const text of ['c', 'd', 'e']) await again.append([note(text)])
    expect(written).toEqual([])
    await again.append([note('f'.repeat(300))])
    expect(written).toEqual([6])
  })

  test('are never written where that is asked for', async () => {
    expect(await snapshotsOf({ after: 0, entries: 20, size: 50 })).toEqual([])
  })

  test('use what `save` gives, and `load` takes it back', async () => {
    const { options } = await openScene()
    const fold: Fold<ReadonlySet<string>> = {
      id: 'saved',
      version: 1,
      initial: new Set(),
      apply: (state, entry) => new Set([...state, String(entry.data)]),
      save: (state) => [...state].join(),
      load: (stored) => new Set(String(stored).split(',')),
    }
    const saving = { ...options, thread: 'u', fold, snapshotAfter: 2, owner: stranger('u') }
    const thread = await openThread(saving)
    for (const name of ['a', 'b', 'c']) await thread.append([note(name)])
    await thread[Symbol.asyncDispose]()
    const { state, view } = await readState(options.checkpointer, 'u', fold)
    expect(view.snapshot).toBeDefined()
    expect(state).toEqual(new Set(['a', 'b', 'c']))
  })

  test('that cannot be written do no harm', async () => {
    const { thread } = await openScene({ snapshotAfter: 1 }, (checkpointer) => ({
      ...checkpointer,
      snapshot: async () => Promise.reject(new KeepupError('database-full', 'no room')),
    }))
    await thread.append([note('a')])
    await thread.append([note('b')])
    await thread[Symbol.asyncDispose]()
    expect(thread.state).toHaveLength(2)
  })

  test('pass the failpoints around them', async () => {
    const names: unknown[] = []
    const listen = (name: unknown): void => void names.push(name)
    channel('keepup:failpoint').subscribe(listen)
    await snapshotsOf({ after: 1, entries: 1, size: 1 })
    channel('keepup:failpoint').unsubscribe(listen)
    expect(names).toEqual(['snapshot-before', 'snapshot-after'])
  })
})
