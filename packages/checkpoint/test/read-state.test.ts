import { type Checkpointer, type Entry, type Fold, KeepupError, type NewEntry } from '@keepup/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { encodeValue, foldEntries, memoryCheckpointer, openThread, readState } from '../src/index.ts'
import { note, rewound, stranger } from './parts/entry.ts'
import { notesFold } from './parts/notes-fold.ts'

async function filled(...entries: readonly NewEntry[]): Promise<Checkpointer> {
  const checkpointer = memoryCheckpointer()
  const lease = await checkpointer.lease('t', stranger('a'), 30_000)
  await checkpointer.commit({
    appends: [{ thread: 't', after: 0, lease: lease.token, entries }],
    flush: 'process',
  })
  await lease.release()
  return checkpointer
}

const three = [note('a'), note('b'), note('c')]

describe('folding', () => {
  test('refuses a critical entry that it does not understand, and names it', async () => {
    const checkpointer = await filled(note('a'), note('b', { type: 'budget-moved', critical: true }))
    const error = await readState(checkpointer, 't', notesFold).catch((caught: unknown) => caught)
    expect(KeepupError.is(error, 'thread-too-new')).toBe(true)
    expect(String(error)).toContain('budget-moved')
    expect(error).toMatchObject({ details: { thread: 't', sequence: 2, type: 'budget-moved' } })
  })

  test('skips what it does not understand where that is not critical, and every rewind', async () => {
    const checkpointer = await filled(note('a'), note('b', { type: 'colour-changed' }), rewound(2))
    expect((await readState(checkpointer, 't', notesFold)).state).toEqual(['1:"a"'])
  })

  test('understands everything where it does not say what', async () => {
    const checkpointer = await filled(note('a', { type: 'budget-moved', critical: true }))
    const count: Fold<number> = { id: 'count', version: 1, initial: 0, apply: (state) => state + 1 }
    expect((await readState(checkpointer, 't', count)).state).toBe(1)
  })

  test('hands erased entries to the fold', async () => {
    const checkpointer = await filled(...three)
    await checkpointer.erase({ thread: 't', entries: [2], forks: 'refuse' })
    expect((await readState(checkpointer, 't', notesFold)).state).toEqual(['1:"a"', '2:undefined', '3:"c"'])
  })
})

describe('a snapshot', () => {
  const at = async (version: number, stored: unknown, fold: Fold<readonly string[]>) => {
    const checkpointer = await filled(...three)
    const bytes = stored instanceof Uint8Array ? stored : encodeValue(stored)
    await checkpointer.snapshot('t', { fold: { id: 'notes', version }, at: 2, bytes })
    return readState(checkpointer, 't', fold)
  }

  test('is where reading starts', async () => {
    const { state, view } = await at(2, ['from the snapshot'], notesFold)
    expect(state).toEqual(['from the snapshot', '3:"c"'])
    expect(view.entries).toHaveLength(1)
  })

  test('goes through load', async () => {
    const load = (stored: unknown): readonly string[] => [`loaded ${String(stored)}`]
    expect((await at(2, 'x', { ...notesFold, load })).state).toEqual(['loaded x', '3:"c"'])
  })

  test('of another version is migrated where the fold can', async () => {
    const migrate = (older: unknown, version: number): readonly string[] => [`${version}: ${String(older)}`]
    expect((await at(1, 'old', { ...notesFold, migrate })).state).toEqual(['1: old', '3:"c"'])
  })

  const whole = ['1:"a"', '2:"b"', '3:"c"']
  test('of another version is ignored where it cannot', async () => {
    expect((await at(1, ['old'], notesFold)).state).toEqual(whole)
    expect((await at(3, ['newer'], { ...notesFold, migrate: () => undefined })).state).toEqual(whole)
  })

  test('that is damaged, or that the fold chokes on, is ignored', async () => {
    expect((await at(2, new Uint8Array([1, 2, 3]), notesFold)).state).toEqual(whole)
    const load = (): readonly string[] => {
      throw new Error('cannot load this')
    }
    expect((await at(2, ['x'], { ...notesFold, load })).state).toEqual(whole)
  })
})

describe('the base entry of a pruned thread', () => {
  const pruned = async (version: number, id = 'notes'): Promise<readonly Entry[]> => {
    const checkpointer = await filled(...three)
    const { token } = await checkpointer.lease('t', stranger('b'), 30_000)
    const fold = { id, version }
    await checkpointer.prune({ thread: 't', lease: token, through: 2, fold, state: ['base'], time: 5 })
    return (await checkpointer.read('t')).entries
  }

  test('gives the state to go on from', async () => {
    expect(foldEntries(notesFold, notesFold.initial, await pruned(2))).toEqual(['base', '3:"c"'])
  })

  test('is migrated from another version, or refused', async () => {
    const entries = await pruned(1)
    const migrate = (): readonly string[] => ['migrated']
    expect(foldEntries({ ...notesFold, migrate }, [], entries)).toEqual(['migrated', '3:"c"'])
    expect(() => foldEntries(notesFold, [], entries)).toThrow(/notes version 1/)
  })

  test('of another fold is refused', async () => {
    const entries = await pruned(2, 'graph/x')
    expect(() => foldEntries(notesFold, [], entries)).toThrow(/graph\/x version 2/)
  })
})

test('a state read through snapshots is the state folded from the start, at every position', async () => {
  const program = fc.array(
    fc.oneof({ weight: 5, arbitrary: fc.constant('note' as const) }, { weight: 1, arbitrary: fc.nat(40) }),
    { maxLength: 40 },
  )
  await fc.assert(
    fc.asyncProperty(program, fc.integer({ min: 1, max: 6 }), async (steps, snapshotAfter) => {
      const checkpointer = memoryCheckpointer()
      const options = { checkpointer, thread: 't', fold: notesFold, owner: stranger('a'), snapshotAfter }
      const thread = await openThread(options)
      for (const step of steps) {
        await thread.append([step === 'note' ? note(thread.head) : rewound(step % (thread.head + 1))])
      }
      await thread[Symbol.asyncDispose]()
      for (let at = 0; at <= steps.length; at += 1) {
        const { state } = await readState(checkpointer, 't', notesFold, at)
        const { entries } = await checkpointer.read('t', { at })
        expect(state).toEqual(foldEntries(notesFold, notesFold.initial, entries))
      }
      expect(thread.state).toEqual((await readState(checkpointer, 't', notesFold)).state)
    }),
    { numRuns: 60 },
  )
})
