import assert from 'node:assert/strict'

import { trustedLabel } from '@keepup/core'

import {
  type Evidence,
  indexEvidence,
  type IndexBatch,
  type MemoryIndex,
  type MemoryItem,
} from '../src/index.ts'

/** One sentence of the contract of `MemoryIndex`, and how it is checked. */
export interface IndexCheck {
  readonly name: string
  readonly run: (index: MemoryIndex, scope: string, other: string) => Promise<void>
}

const all = { after: 0, through: Number.MAX_SAFE_INTEGER }

export function said(id: string, text: string, at = 1): Evidence {
  return { id, session: 's', speaker: 'user', origin: 'user', text, at, label: trustedLabel }
}

function item(id: string, text: string): MemoryItem {
  return {
    id,
    kind: 'semantic',
    text,
    recordedAt: 1,
    status: 'active',
    sources: [],
    sessions: [],
    derivedFrom: [],
    contradicts: [],
    stale: false,
    pinned: false,
    established: false,
    dormant: false,
    lastUsedAt: 1,
    label: trustedLabel,
    producer: 'user',
    by: 'user',
  }
}

function batch(
  after: number,
  through: number,
  texts: readonly (readonly [number, string])[],
  versions: IndexBatch['versions'] = [],
): IndexBatch {
  return {
    after,
    through,
    evidence: texts.map(([sequence, text]) => indexEvidence(sequence, said(`e${sequence}`, text))),
    versions,
  }
}

const sequencesOf = (rows: readonly { readonly sequence: number }[]): readonly number[] =>
  rows.map(({ sequence }) => sequence)

/** Every sentence of the contract. */
export const indexChecks: readonly IndexCheck[] = [
  {
    name: 'a scope that nothing was applied to stands at 0',
    run: async (index, scope) => {
      assert.equal((await index.position(scope)).applied, 0)
      assert.deepEqual(await index.documents(scope, all), [])
      assert.deepEqual(await index.versions(scope, all), [])
      assert.equal(await index.countEvidence(scope, all), 0)
    },
  },
  {
    name: 'a batch is applied whole, and moves the position',
    run: async (index, scope) => {
      assert.equal(
        await index.apply(
          scope,
          batch(0, 4, [
            [1, 'tea is hot'],
            [3, 'coffee is cold'],
          ]),
        ),
        true,
      )
      assert.equal((await index.position(scope)).applied, 4)
      assert.deepEqual(sequencesOf(await index.documents(scope, all)), [1, 3])
      assert.equal(await index.countEvidence(scope, all), 2)
    },
  },
  {
    name: 'a batch that does not follow the rows does nothing',
    run: async (index, scope) => {
      await index.apply(scope, batch(0, 2, [[1, 'tea']]))
      assert.equal(await index.apply(scope, batch(0, 2, [[1, 'coffee']])), false)
      assert.equal(await index.apply(scope, batch(5, 6, [[6, 'water']])), false)
      assert.deepEqual(
        (await index.evidence(scope, [1])).map(({ text }) => text),
        ['tea'],
      )
      assert.equal((await index.position(scope)).applied, 2)
    },
  },
  {
    name: 'of two at once, one is applied',
    run: async (index, scope) => {
      const applied = await Promise.all(
        [1, 2, 3].map((n) => index.apply(scope, batch(0, 1, [[1, `text ${n}`]]))),
      )
      assert.equal(applied.filter(Boolean).length, 1)
      assert.equal(await index.countEvidence(scope, all), 1)
    },
  },
  {
    name: 'a range begins after the first and ends with the second',
    run: async (index, scope) => {
      await index.apply(
        scope,
        batch(
          0,
          3,
          [
            [1, 'one'],
            [2, 'two'],
            [3, 'three'],
          ],
          [{ sequence: 2, item: item('i', 'x') }],
        ),
      )
      const range = { after: 1, through: 2 }
      assert.deepEqual(sequencesOf(await index.documents(scope, range)), [2])
      assert.equal(await index.countEvidence(scope, range), 1)
      assert.deepEqual(sequencesOf(await index.versions(scope, range)), [2])
      assert.deepEqual(await index.versions(scope, { after: 2, through: 3 }), [])
    },
  },
  {
    name: 'evidence is given as it was, in the order asked for',
    run: async (index, scope) => {
      await index.apply(
        scope,
        batch(0, 3, [
          [1, 'one é "quoted"\n'],
          [2, 'two'],
          [3, 'three 🌊'],
        ]),
      )
      assert.deepEqual(
        (await index.evidence(scope, [3, 9, 1])).map(({ text }) => text),
        ['three 🌊', 'one é "quoted"\n'],
      )
      assert.deepEqual(
        sequencesOf(await index.documentsAt(scope, [3, 9, 1])),
        [1, 3].toSorted((a, b) => a - b),
      )
      assert.deepEqual(await index.evidence(scope, []), [])
      const [found] = await index.findEvidence(scope, ['e2', 'none'])
      assert.deepEqual(found, { ...said('e2', 'two'), sequence: 2 })
    },
  },
  {
    name: 'a document has what the ranker needs',
    run: async (index, scope) => {
      await index.apply(scope, batch(0, 1, [[1, 'I met Ada in Oslo last week, 3 times?']]))
      const expected = indexEvidence(1, said('e1', 'I met Ada in Oslo last week, 3 times?')).document
      assert.deepEqual(await index.documents(scope, all), [expected])
      assert.deepEqual(await index.documentsAt(scope, [1]), [expected])
    },
  },
  {
    name: 'a stem finds the newest documents first, as many as are asked for, in the range',
    run: async (index, scope) => {
      await index.apply(
        scope,
        batch(0, 4, [
          [1, 'running far'],
          [2, 'he runs'],
          [3, 'a walk'],
          [4, 'run'],
        ]),
      )
      assert.deepEqual(await index.matching(scope, 'run', all, 10), [4, 2, 1])
      assert.deepEqual(await index.matching(scope, 'run', all, 2), [4, 2])
      assert.deepEqual(await index.matching(scope, 'run', { after: 0, through: 2 }, 10), [2, 1])
      assert.deepEqual(await index.matching(scope, 'swim', all, 10), [])
      assert.deepEqual(await index.matching(scope, 'ru', all, 10), [])
    },
  },
  {
    name: 'scopes know nothing of each other',
    run: async (index, scope, other) => {
      await index.apply(
        scope,
        batch(0, 1, [[1, 'secret plan']], [{ sequence: 1, item: item('i', 'secret') }]),
      )
      await index.apply(other, batch(0, 1, [[1, 'public note']]))
      assert.deepEqual(
        (await index.evidence(other, [1])).map(({ text }) => text),
        ['public note'],
      )
      assert.deepEqual(await index.matching(other, 'secret', all, 10), [])
      assert.deepEqual(await index.versions(other, all), [])
      assert.deepEqual(
        (await index.findEvidence(other, ['e1'])).map(({ text }) => text),
        ['public note'],
      )
    },
  },
  {
    name: 'every version of an item is kept, in order',
    run: async (index, scope) => {
      const versions = [
        { sequence: 1, item: item('i', 'one') },
        { sequence: 1, item: item('j', 'other') },
        { sequence: 2, item: item('i', 'two') },
      ]
      await index.apply(scope, batch(0, 2, [], versions))
      assert.deepEqual(await index.versions(scope, all), versions)
      assert.deepEqual(
        (await index.versions(scope, all, 'i')).map((version) => version.item.text),
        ['one', 'two'],
      )
    },
  },
  {
    name: 'vectors are kept by embedder, exactly, and only of documents that are there',
    run: async (index, scope) => {
      await index.apply(
        scope,
        batch(0, 2, [
          [1, 'one'],
          [2, 'two'],
        ]),
      )
      const vector = Float32Array.from([0.5, -1.25, 3e-8])
      await index.keepVectors(scope, 'x', [
        { sequence: 1, vector },
        { sequence: 7, vector },
      ])
      assert.deepEqual(await index.vectors(scope, 'x', all), [{ sequence: 1, vector }])
      assert.deepEqual(await index.vectors(scope, 'y', all), [])
      assert.deepEqual(await index.vectors(scope, 'x', { after: 1, through: 2 }), [])
    },
  },
  {
    name: 'what was cleared is gone, the generation another, and the next batch begins anew',
    run: async (index, scope, other) => {
      await index.apply(
        scope,
        batch(
          0,
          2,
          [
            [1, 'tea'],
            [2, 'tea'],
          ],
          [{ sequence: 2, item: item('i', 'x') }],
        ),
      )
      await index.keepVectors(scope, 'x', [{ sequence: 1, vector: Float32Array.from([1]) }])
      await index.apply(other, batch(0, 1, [[1, 'tea']]))
      const before = await index.position(scope)
      await index.clear(scope, 'rows')
      const after = await index.position(scope)
      assert.equal(after.applied, 0)
      assert.notEqual(after.generation, before.generation)
      assert.deepEqual(await index.documents(scope, all), [])
      assert.deepEqual(await index.versions(scope, all), [])
      assert.deepEqual(await index.vectors(scope, 'x', all), [])
      assert.deepEqual(await index.matching(scope, 'tea', all, 10), [])
      assert.deepEqual(await index.matching(other, 'tea', all, 10), [1])
      assert.equal(await index.apply(scope, batch(0, 1, [[1, 'tea']])), true)
      assert.deepEqual(await index.matching(scope, 'tea', all, 10), [1])
    },
  },
]
