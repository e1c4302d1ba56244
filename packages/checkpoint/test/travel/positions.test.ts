import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'

import {
  checkTagName,
  effectiveEntries,
  forkThread,
  memoryCheckpointer,
  openThread,
  parsePosition,
  resolvePosition,
  rewindThread,
  surveyThread,
  tagThread,
} from '../../src/index.ts'
import { note, stranger } from '../parts/entry.ts'
import { notesFold } from '../parts/notes-fold.ts'
import { answered, begun, finished, said } from './agent-entries.ts'

let checkpointer = memoryCheckpointer()
const now = Date.parse('2026-11-21T15:00:00')

const open = (thread: string) => openThread({ checkpointer, thread, fold: notesFold, owner: stranger('a') })
const survey = (thread: string) => surveyThread(checkpointer, thread)
const at = async (thread: string, text: string) =>
  resolvePosition(await survey(thread), parsePosition(text, now))

beforeEach(async () => {
  checkpointer = memoryCheckpointer()
  await using thread = await open('t')
  await thread.append([said('one', now - 50_000), begun(now - 50_000)])
  await thread.append([answered('ok', now - 40_000), finished('ok', now - 40_000)])
  await thread.append([said('two', now - 3_000)])
})

describe('a position', () => {
  test('is an entry, counted from the end, a message, a time, or the head', async () => {
    expect(await at('t', '3')).toBe(3)
    expect(await at('t', '0')).toBe(0)
    expect(await at('t', 'head')).toBe(5)
    expect(await at('t', '-0')).toBe(5)
    expect(await at('t', '-2')).toBe(3)
    expect(await at('t', '-5')).toBe(0)
    expect(await at('t', 'message:1')).toBe(0)
    expect(await at('t', 'message:2')).toBe(4)
    expect(await at('t', 'message:-1')).toBe(4)
    expect(await at('t', '30s-ago')).toBe(4)
    expect(await at('t', '45s-ago')).toBe(2)
    expect(await at('t', '2026-11-21T14:59:59')).toBe(5)
    expect(await at('t', new Date(now - 40_000).toISOString())).toBe(4)
    expect(await at('t', '14:59:20')).toBe(4)
    // A minute means all of it: everything was written within 14:59.
    expect(await at('t', '14:59')).toBe(5)
    expect(await at('t', '2026-11-21')).toBe(5)
  })

  test('is counted and said in what a rewind left, and found by time in what it hid', async () => {
    await rewindThread({ checkpointer, thread: 't', to: 4, clock: { now: () => now, sleep: async () => {} } })
    expect(effectiveEntries(await survey('t')).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 6])
    expect(await at('t', '-1')).toBe(4)
    expect(await at('t', 'message:-1')).toBe(0)
    expect(await at('t', '1s-ago')).toBe(5)
    expect(await at('t', '5')).toBe(5)
  })

  test('of a fork of a fork is one of its past as well', async () => {
    await forkThread(checkpointer, { thread: 't', at: 4 }, 'f')
    await using fork = await open('f')
    await fork.append([said('three', now - 1_000)])
    await forkThread(checkpointer, { thread: 'f', at: 5 }, 'g')
    expect(await at('g', '-0')).toBe(5)
    expect(await at('g', 'message:-1')).toBe(4)
    expect(await at('g', '-4')).toBe(1)
    expect((await survey('g')).entries.map(({ thread }) => thread)).toEqual(['t', 't', 't', 't', 'f'])
  })

  test('that is not there fails and says what is', async () => {
    for (const text of ['6', '-6', 'message:3', 'message:-3', '2020-01-01', '9d-ago', 'good'])
      await expect(at('t', text)).rejects.toMatchObject({ code: 'checkpoint-unknown' })
    await expect(at('t', '2020-01-01')).rejects.toThrow(/had no entry by .*: it begins at 2026-/)
    await expect(at('t', 'message:3')).rejects.toThrow('people said something 2 times')
    await expect(at('t', '-6')).rejects.toThrow('its history has 5 entries')
    await expect(at('none', 'head')).rejects.toMatchObject({ code: 'thread-unknown' })
  })

  test('that was pruned away is refused, and what is left can be named', async () => {
    const lease = await checkpointer.lease('t', stranger('p'), 10_000)
    const pruning = { thread: 't', lease: lease.token, through: 3, fold: notesFold, state: [], time: 1 }
    await checkpointer.prune({ ...pruning, fold: { id: notesFold.id, version: notesFold.version } })
    await lease.release()
    await expect(at('t', '2')).rejects.toThrow('pruned away')
    await expect(at('t', '-9')).rejects.toMatchObject({ code: 'checkpoint-unknown' })
    expect(await at('t', '-0')).toBeGreaterThanOrEqual(5)
    expect(await at('t', '4')).toBe(4)
  })

  test('that is none says how to write one; nothing that is typed fails in another way', () => {
    for (const text of [
      '',
      ' ',
      '1.5',
      '-',
      '--3',
      '+3',
      'message:0',
      '2026-13-45',
      'a b',
      'a@b',
      '9'.repeat(30),
      '\u0000',
      '\uD800',
    ])
      expect(() => parsePosition(text, now)).toThrow(expect.objectContaining({ code: 'input-invalid' }))
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parsePosition(text, now)
        } catch (error) {
          expect(error).toMatchObject({ code: 'input-invalid' })
        }
      }),
    )
  })
})

describe('a tag', () => {
  test('names a position, also one that a rewind hid; set again it moves; removed it is gone', async () => {
    await tagThread({ checkpointer, thread: 't', tag: 'good', at: 5 })
    await rewindThread({ checkpointer, thread: 't', to: 1 })
    expect(await at('t', 'good')).toBe(5)
    await tagThread({ checkpointer, thread: 't', tag: 'good', at: 2 })
    expect(await at('t', 'tag:good')).toBe(2)
    await tagThread({ checkpointer, thread: 't', tag: 'good', at: 2, removed: true })
    await expect(at('t', 'good')).rejects.toThrow('it has none')
  })

  test('is a signal where somebody runs the thread', async () => {
    await using running = await open('t')
    const changed = await tagThread({ checkpointer, thread: 't', tag: 'live', at: 3 })
    expect(changed).toMatchObject({ type: 'asked' })
    expect(await running.pending()).toMatchObject([
      { channel: 'control', type: 'tag', data: { tag: 'live', at: 3 } },
    ])
  })

  test('is set by two at once, and both hold', async () => {
    const tags = ['a', 'b', 'c']
    const changed = await Promise.all(tags.map((tag) => tagThread({ checkpointer, thread: 't', tag, at: 1 })))
    expect(changed.map(({ type }) => type)).toEqual(['done', 'done', 'done'])
    expect([...(await survey('t')).tags.keys()].toSorted()).toEqual(tags)
  })

  test('cannot be called like another position, nor stand where none is', async () => {
    for (const name of [
      '12',
      '-3',
      'head',
      'message:1',
      '14:30',
      '2026-11-21',
      '10m-ago',
      'a b',
      'a@b',
      '',
      '1e9'.repeat(40),
    ])
      expect(() => checkTagName(name)).toThrow(expect.objectContaining({ code: 'input-invalid' }))
    await expect(tagThread({ checkpointer, thread: 't', tag: 'x', at: 99 })).rejects.toMatchObject({
      code: 'checkpoint-unknown',
    })
    await expect(tagThread({ checkpointer, thread: 'none', tag: 'x', at: 0 })).rejects.toMatchObject({
      code: 'thread-unknown',
    })
  })

  test('with data that is none is passed over', async () => {
    await using thread = await open('t')
    await thread.append([note('nonsense', { type: 'thread-tagged' }), note(null, { type: 'thread-tagged' })])
    expect([...(await survey('t')).tags]).toEqual([])
  })
})
