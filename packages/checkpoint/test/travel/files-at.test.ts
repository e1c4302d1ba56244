import type { NewEntry } from '@keepup/core'
import { expect, test } from 'vitest'

import { filesAt, forkThread, memoryCheckpointer, openThread } from '../../src/index.ts'
import { note, stranger } from '../parts/entry.ts'
import { notesFold } from '../parts/notes-fold.ts'
import { begun, kept, said } from './agent-entries.ts'

const began = (key: string, kind: string): NewEntry =>
  note({ key, effects: [{ kind, target: '/w/a' }] }, { type: 'tool-started' })
const ended = (key: string): NewEntry => note({ key }, { type: 'tool-finished' })

/** The files at each position of a thread of these entries, from 1 on. */
async function along(entries: readonly NewEntry[]) {
  const checkpointer = memoryCheckpointer()
  await using thread = await openThread({ checkpointer, thread: 't', fold: notesFold, owner: stranger('a') })
  for (const entry of entries) await thread.append([entry])
  const at = (position: number, of = 't') => filesAt(checkpointer, of, position)
  return { checkpointer, at, all: await Promise.all(entries.map((_, index) => at(index + 1))) }
}

test('after a call that changed files they are what was found next, not what was there before it', async () => {
  const entries = [
    said('go'),
    begun(),
    kept('s0', [], 1_000, 'before'),
    began('k1', 'write'),
    ended('k1'),
    kept('s1', ['a']),
    began('k2', 'read'),
    ended('k2'),
    began('k3', 'exec'),
    ended('k3'),
    kept('s2', ['a']),
  ]
  const { all, at, checkpointer } = await along(entries)
  // While a call is under way nobody knows: it is what was there before.
  const wanted = ['s0', 's0', 's0', 's0', 's1', 's1', 's1', 's1', 's1', 's2', 's2']
  expect(all).toEqual(wanted)
  await forkThread(checkpointer, { thread: 't', at: 5 }, 'f')
  expect(await at(5, 'f')).toBe('s1')
})

test('between calls that changed files, and where nobody looked afterwards, they are what was kept last', async () => {
  const entries = [
    begun(),
    kept('s0', [], 1_000, 'before'),
    began('k1', 'write'),
    ended('k1'),
    began('k2', 'delete'),
    ended('k2'),
    kept('s1', ['a']),
    began('k3', 'write'),
    ended('k3'),
    begun(),
    kept('s2', ['a'], 1_000, 'before'),
  ]
  const { all } = await along(entries)
  expect(all).toEqual(['s0', 's0', 's0', 's0', 's0', 's1', 's1', 's1', 's1', 's2', 's2'])
})
