import { createHash } from 'node:crypto'

import { type Entry, KeepupError, lostLabel, type NewEntry, type NewSignal, trustedLabel } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import {
  chainHash,
  checkAppend,
  checkSignal,
  createSalts,
  dataHash,
  encodeValue,
  entryHash,
  genesisHash,
  labelId,
  sealBase,
  sealEntry,
} from '../src/index.ts'
import { note, rewound } from './parts/entry.ts'

const sha256 = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
const salt = '000102030405060708090a0b0c0d0e0f'
const previous = genesisHash('thread')
const seal = (entry: NewEntry, sequence = 3) =>
  sealEntry({ thread: 'thread', sequence, previous, entry, salt })

describe('the hash chain', () => {
  test('follows the published formula', () => {
    const labels = { default: trustedLabel, leaves: [['/a', lostLabel]] } as const
    const artifacts = ['a'.repeat(64)]
    const entry = note(
      { a: 1n },
      { cause: 2, scope: 'node', labels, until: 9, artifacts, id: 'fact-1', critical: true },
    )
    const trusted = sha256('["keepup-label",1,"trusted",[],"anyone",false]')
    const lost = sha256('["keepup-label",1,"free-text",["lost"],[],true]')
    const header =
      `["thread",3,"note-taken",1,true,1000,"user",2,"node",["${trusted}",[["/a","${lost}"]]],9,` +
      `["${artifacts[0]}"],"fact-1"]`
    const inner = sha256(Buffer.from(salt, 'hex'), '{"a":{"$bigint":"1"}}')
    expect(previous).toBe(sha256('["keepup-thread",1,"thread"]'))
    expect(seal(entry).entry.hash).toBe(sha256(`${previous}\n${header}\n${inner}`))
  })

  test('writes null for what an entry does not have', () => {
    const header = '["thread",3,"note-taken",1,false,1000,"user",null,null,null,null,null,null]'
    const inner = sha256(Buffer.from(salt, 'hex'), '"x"')
    expect(seal(note('x')).entry.hash).toBe(sha256(`${previous}\n${header}\n${inner}`))
  })

  test('depends on every field', () => {
    const variants: readonly Partial<NewEntry>[] = [
      {},
      { type: 'note-kept' },
      { version: 2 },
      { critical: true },
      { time: 1_001 },
      { by: 'runtime' },
      { cause: 1 },
      { cause: '1' },
      { scope: 's' },
      { labels: { default: trustedLabel } },
      { labels: { default: lostLabel } },
      { labels: { default: trustedLabel, leaves: [['/a', lostLabel]] } },
      { labels: { default: trustedLabel, leaves: [['/b', lostLabel]] } },
      { until: 5 },
      { artifacts: ['b'.repeat(64)] },
      { id: 's' },
      { data: 'y' },
    ]
    const hashes = variants.map((more) => seal(note('x', more)).entry.hash)
    hashes.push(seal(note('x'), 4).entry.hash)
    hashes.push(sealEntry({ thread: 'other', sequence: 3, previous, entry: note('x'), salt }).entry.hash)
    const otherSalt = salt.replace('f', 'e')
    hashes.push(
      sealEntry({ thread: 'thread', sequence: 3, previous, entry: note('x'), salt: otherSalt }).entry.hash,
    )
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  test('can be recomputed from what is stored, also once data and salt are gone', () => {
    const { entry, bytes } = seal(note({ secret: 'x' }))
    const inner = dataHash(entry.salt, bytes)
    expect(entryHash(previous, entry, inner)).toBe(entry.hash)
    expect(entryHash(previous, withoutContent(entry, inner), inner)).toBe(entry.hash)
    expect(entryHash(previous, entry, dataHash(entry.salt, encodeValue({ secret: 'y' })))).not.toBe(
      entry.hash,
    )
  })
})

describe('a sealed entry', () => {
  test('is apart from what the caller gave', () => {
    const data = { list: [1] }
    const label = { ...trustedLabel, sources: ['b', 'a', 'b'] }
    const artifacts = ['a'.repeat(64)]
    const given = note(data, { labels: { default: label }, artifacts })
    const { entry } = seal(given)
    data.list.push(2)
    label.sources.push('c')
    artifacts.push('b'.repeat(64))
    expect(entry.data).toEqual({ list: [1] })
    expect(entry.labels?.default.sources).toEqual(['a', 'b'])
    expect(entry.artifacts).toHaveLength(1)
  })

  test('drops what is no field of an entry', () => {
    const stray = { ...note('x'), hash: 'forged', stray: 1 }
    expect(Object.keys(seal(stray).entry).toSorted()).toEqual(
      ['by', 'critical', 'data', 'hash', 'salt', 'sequence', 'thread', 'time', 'type', 'version'].toSorted(),
    )
  })

  const broken: readonly (readonly [string, object])[] = [
    ['type', { type: 'Note taken' }],
    ['type', { type: '' }],
    ['type', { type: 'a/' }],
    ['type', { type: 'x'.repeat(65) }],
    ['version', { version: 0 }],
    ['version', { version: 1.5 }],
    ['critical', { critical: 'yes' }],
    ['time', { time: Number.NaN }],
    ['time', { time: -1 }],
    ['time', { time: 1.5 }],
    ['by', { by: '' }],
    ['by', { by: 'a user' }],
    ['by', { by: 'x'.repeat(201) }],
    ['cause', { cause: 3 }],
    ['cause', { cause: 0 }],
    ['cause', { cause: '' }],
    ['scope', { scope: 'a\nb' }],
    ['scope', { scope: '\ud800' }],
    ['id', { id: 'x'.repeat(201) }],
    ['until', { until: Infinity }],
    ['artifacts', { artifacts: ['nothing'] }],
    ['labels', { labels: { default: { ...trustedLabel, integrity: 'holy' } } }],
    ['labels', { labels: { default: { ...trustedLabel, sources: 'user' } } }],
    ['labels', { labels: { default: { ...trustedLabel, readers: 'nobody' } } }],
    ['labels', { labels: { default: trustedLabel, leaves: [['a', trustedLabel]] } }],
    ['data.to', rewound(3)],
    ['data.to', rewound(-1)],
    ['data.to', rewound('1')],
    ['type', { type: 'thread-pruned' }],
  ]
  test.each(broken)('is refused where %s breaks its rules: %o', (field, more) => {
    const attempt = (): unknown => seal({ ...note('x'), ...more })
    expect(attempt).toThrow(KeepupError)
    expect(attempt).toThrow(expect.objectContaining({ code: 'entry-invalid' }))
    expect(attempt).toThrow(field)
  })
})

describe('labels', () => {
  test('have one id whatever the order of their parts', () => {
    const label = {
      integrity: 'vendor',
      sources: ['a', 'b'],
      readers: ['x', 'y'],
      confidential: true,
    } as const
    const same = { ...label, sources: ['b', 'a', 'b'], readers: ['y', 'x'] } as const
    expect(labelId(same)).toBe(labelId(label))
    expect(labelId({ ...label, confidential: false })).not.toBe(labelId(label))
    expect(labelId({ ...label, readers: 'anyone' })).not.toBe(labelId(label))
  })

  test('are known by what they say, not by the object that said it', () => {
    const sources = ['a']
    const label = { ...trustedLabel, sources }
    const before = labelId(label)
    sources.push('b')
    expect(labelId(label)).toBe(labelId({ ...trustedLabel, sources: ['a', 'b'] }))
    expect(labelId(label)).not.toBe(before)
  })

  test('keep their ids after many others', () => {
    const before = labelId(trustedLabel)
    for (let index = 0; index < 2_500; index += 1) labelId({ ...trustedLabel, sources: [`s${index}`] })
    expect(labelId(trustedLabel)).toBe(before)
  })
})

describe('a base entry', () => {
  test('joins the labels of what it replaces, keeps its artifacts, and passes its hash on', () => {
    const artifact = 'c'.repeat(64)
    const past = [
      seal(note('a', { labels: { default: trustedLabel } }), 1).entry,
      seal(note('b', { labels: { default: lostLabel }, artifacts: [artifact] }), 2).entry,
      seal(note('c', { artifacts: [artifact] }), 3).entry,
    ]
    const pruning = {
      thread: 'thread',
      lease: 1,
      through: 3,
      fold: { id: 'notes', version: 1 },
      state: ['a'],
      time: 5,
    }
    const replaced = 'd'.repeat(64)
    const { entry } = sealBase({ pruning, past, replaced, salt })
    expect(entry).toMatchObject({ type: 'thread-pruned', sequence: 3, critical: true, artifacts: [artifact] })
    expect(entry.labels?.default).toMatchObject({ integrity: 'free-text', confidential: true })
    expect(chainHash(entry)).toBe(replaced)
    expect(entry.hash).not.toBe(replaced)
    expect(chainHash(past[0] ?? entry)).toBe(past[0]?.hash)
  })
})

test('salts are 16 bytes and do not repeat', () => {
  const newSalt = createSalts()
  const salts = Array.from({ length: 1_000 }, newSalt)
  expect(new Set(salts).size).toBe(1_000)
  expect(salts.every((one) => /^[0-9a-f]{32}$/.test(one))).toBe(true)
})

describe('other frames', () => {
  const signal: NewSignal = {
    id: 's',
    thread: 't',
    channel: 'messages',
    type: 'message',
    time: 1,
    by: 'user',
    data: 1,
  }
  test('a signal is held against the same rules', () => {
    expect(() => checkSignal(signal)).not.toThrow()
    const broken = [
      { id: '' },
      { thread: 'a\u0000' },
      { channel: '' },
      { type: 'X' },
      { time: -1 },
      { by: ' ' },
    ]
    for (const more of broken) expect(() => checkSignal({ ...signal, ...more })).toThrow(KeepupError)
  })

  test('an append names a place, and its writers only where it creates', () => {
    const append = { thread: 't', after: 0, entries: [] }
    expect(() => checkAppend({ ...append, writers: 'many' })).not.toThrow()
    expect(() => checkAppend({ ...append, after: 'head' })).not.toThrow()
    expect(() => checkAppend({ ...append, after: 1, writers: 'many' })).toThrow(/writers/)
    expect(() => checkAppend({ ...append, after: -1 })).toThrow(/after/)
    expect(() => checkAppend({ ...append, after: 0.5 })).toThrow(/after/)
    expect(() => checkAppend({ ...append, thread: '' })).toThrow(/thread/)
  })
})

function withoutContent(entry: Entry, inner: string): Entry {
  return { ...entry, data: undefined, salt: '', erased: true, dataHash: inner }
}
