import assert from 'node:assert/strict'

import type { Entry, NewEntry } from '@keepup/core'

import { exactly } from '../exactly.ts'
import { fails } from '../fails.ts'
import { check, type CheckpointerCheck, hold, note } from './scene.ts'

const label = {
  integrity: 'structured',
  sources: ['tool:read', 'user'],
  readers: ['user'],
  confidential: true,
} as const

const full: NewEntry = {
  type: 'package/note-taken',
  version: 3,
  critical: false,
  time: 1_699_999_999_999,
  by: 'agent:Thread-1/x@y+z._-',
  cause: 1,
  scope: 'node-a/branch-2',
  labels: { default: label, leaves: [['/a/0', { ...label, readers: 'anyone', integrity: 'free-text' }]] },
  until: 1_800_000_000_000,
  data: { a: [1] },
}

const wrong: readonly (readonly [string, Partial<NewEntry>])[] = [
  ['an empty type', { type: '' }],
  ['a type with capitals', { type: 'Note-Taken' }],
  ['a type with blanks', { type: 'note taken' }],
  ['a type of 65 characters', { type: 'a'.repeat(65) }],
  ['version 0', { version: 0 }],
  ['version 1.5', { version: 1.5 }],
  ['a version that is no number', { version: Number.NaN }],
  ['a time that is no number', { time: Number.NaN }],
  ['an endless time', { time: Number.POSITIVE_INFINITY }],
  ['an actor with blanks', { by: 'the user' }],
  ['an actor with other letters', { by: 'müller' }],
  ['an empty actor', { by: '' }],
  ['an actor of 201 characters', { by: 'a'.repeat(201) }],
  ['an id in a thread with one writer', { id: 'only-in-many' }],
]

/** The header of an entry: kept exactly, and its rules held. */
export const entryChecks: readonly CheckpointerCheck[] = [
  check('entries: the header is kept exactly', async (scene) => {
    const holder = await hold(scene, 'thread', 'first')
    const caused = note('by a signal', { cause: 'signal-1', critical: true })
    const checkpoint = await holder.append(full, caused)
    const { entries } = await scene.checkpointer.read('thread')
    for (const stored of [checkpoint.entries, entries.slice(1)]) {
      assert.deepStrictEqual(stored.map(given), [sorted(full), sorted(caused)])
    }
    for (const [index, entry] of entries.entries()) {
      assert.equal(entry.thread, 'thread')
      assert.equal(entry.sequence, index + 1)
      assert.equal(entry.erased, undefined)
    }
  }),

  check('entries: what a header leaves out stays out', async (scene) => {
    const holder = await hold(scene, 'thread', 'bare')
    await holder.append('another')
    const [entry] = (await scene.checkpointer.read('thread')).entries
    const known = ['by', 'critical', 'data', 'hash', 'salt', 'sequence', 'thread', 'time', 'type', 'version']
    assert.deepEqual(Object.keys(entry ?? {}).toSorted(), known)
  }),

  check('entries: a label without parts and one with many are kept exactly', async (scene) => {
    const leaves = Array.from(
      { length: 50 },
      (_, index) => [`/items/${index}`, { ...label, sources: [`url:${index}`] }] as const,
    )
    const tables = [{ default: { ...label, readers: [] } }, { default: label, leaves }]
    const holder = await hold(scene, 'thread')
    await holder.append(...tables.map((labels) => note('x', { labels })))
    const { entries } = await scene.checkpointer.read('thread')
    for (const [index, labels] of tables.entries()) exactly(entries[index]?.labels, labels)
  }),

  check('entries: sequences are 1, 2, 3, … without gaps, across failed commits', async (scene) => {
    const holder = await hold(scene, 'thread')
    await holder.append('1', '2')
    await fails(
      holder.append('x', () => 1),
      'value-not-storable',
    )
    await holder.append('3')
    const { entries } = await scene.checkpointer.read('thread')
    assert.deepEqual(
      entries.map(({ sequence }) => sequence),
      [1, 2, 3],
    )
  }),

  ...wrong.map(([name, header]) =>
    check(`entries: a header that breaks its rules fails \`entry-invalid\`: ${name}`, async (scene) => {
      const holder = await hold(scene, 'thread', 'one')
      const error = await fails(holder.append(note('fine'), { ...note('wrong'), ...header }), 'entry-invalid')
      assert.ok(error.message.length > 20, 'the message says what is wrong')
      assert.equal((await scene.checkpointer.read('thread')).head, 1)
    }),
  ),

  check('entries: the largest header that keeps the rules is accepted', async (scene) => {
    const holder = await hold(scene, 'thread')
    await holder.append(
      note('x', { type: `p/${'a'.repeat(62)}`, by: 'a'.repeat(200), time: 0, version: 1_000_000 }),
    )
    assert.equal((await scene.checkpointer.read('thread')).head, 1)
  }),
]

/** The fields that a writer gave. */
function given(entry: Entry): unknown {
  const { thread: _thread, sequence: _sequence, salt: _salt, hash: _hash, ...rest } = entry
  return sorted(rest)
}

function sorted(entry: object): unknown {
  return Object.fromEntries(Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
