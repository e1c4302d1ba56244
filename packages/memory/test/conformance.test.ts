import { describe, expect, inject, it } from 'vitest'

import type { MemoryIndex } from '../src/index.ts'
import { inMemoryIndex } from '../src/index.ts'
import { indexChecks } from './index-checks.ts'
import { newKeys, openInFile, openInMemory, openOnServer, type OpenStoreOf } from './stores.ts'

const backends: Readonly<Record<string, OpenStoreOf>> = {
  'in memory': openInMemory,
  SQLite: () => openInFile(),
  'SQLite with keys': () => openInFile(newKeys()),
  PostgreSQL: () => openOnServer(inject('postgresUrl')),
  'PostgreSQL with keys': () => openOnServer(inject('postgresUrl'), newKeys()),
}

for (const [backend, open] of Object.entries(backends)) {
  describe(`an index ${backend}`, () => {
    it('keeps the contract', async () => {
      const store = await open()
      try {
        expect(indexChecks.length).toBeGreaterThan(10)
        for (const [number, { name, run }] of indexChecks.entries()) {
          await run(store.index, `memory:user=${number}`, `memory:other=${number}`).catch(
            (error: unknown) => {
              throw new Error(`${backend}: ${name}`, { cause: error })
            },
          )
        }
      } finally {
        await store.close()
      }
    }, 60_000)
  })
}

/** Indexes that break one promise each. */
const broken: Readonly<Record<string, (good: MemoryIndex) => Partial<MemoryIndex>>> = {
  'applies whatever comes': (good) => ({
    apply: async (scope, batch) =>
      good.apply(scope, { ...batch, after: (await good.position(scope)).applied }),
  }),
  'forgets the versions': (good) => ({
    apply: (scope, batch) => good.apply(scope, { ...batch, versions: [] }),
  }),
  'keeps one version of an item': (good) => ({
    versions: async (scope, range, item) => {
      const versions = await good.versions(scope, range, item)
      return versions.filter(
        ({ item: { id } }, at) => versions.findLastIndex((each) => each.item.id === id) === at,
      )
    },
  }),
  'ignores the end of a range': (good) => ({
    documents: (scope, { after }) => good.documents(scope, { after, through: Number.MAX_SAFE_INTEGER }),
  }),
  'ignores the start of a range': (good) => ({
    countEvidence: (scope, { through }) => good.countEvidence(scope, { after: 0, through }),
  }),
  'gives evidence by sequence, not as asked': (good) => ({
    evidence: async (scope, sequences) =>
      (await good.evidence(scope, sequences)).toSorted((a, b) => a.sequence - b.sequence),
  }),
  'finds the oldest first': (good) => ({
    matching: async (...given) => (await good.matching(...given)).toReversed(),
  }),
  'finds parts of stems': (good) => ({
    matching: async (scope, stem, range, limit) =>
      (await good.documents(scope, range))
        .filter(({ words }) => words.includes(stem))
        .map(({ sequence }) => sequence)
        .toReversed()
        .slice(0, limit),
  }),
  'mixes scopes': (good) => ({
    findEvidence: async (_scope, ids) => good.findEvidence('memory:user=a', ids),
  }),
  'keeps rows when cleared': () => ({ clear: async () => undefined }),
  'keeps its generation': (good) => ({
    position: async (scope) => ({ ...(await good.position(scope)), generation: 1 }),
  }),
  'keeps vectors of nothing': (good) => {
    const kept: { sequence: number; vector: Float32Array }[] = []
    return {
      ...good,
      keepVectors: async (_scope, _embedder, vectors) => void kept.push(...vectors),
      vectors: async (_scope, embedder) => (embedder === 'x' ? kept : []),
    }
  },
}

describe('the suite', () => {
  for (const [fault, breakIt] of Object.entries(broken)) {
    it(`notices an index that ${fault}`, async () => {
      const failures: string[] = []
      for (const { name, run } of indexChecks) {
        const good = inMemoryIndex()
        await run({ ...good, ...breakIt(good) }, 'memory:user=a', 'memory:user=b').catch(() =>
          failures.push(name),
        )
      }
      expect(failures).not.toEqual([])
      expect(failures.length).toBeLessThan(indexChecks.length)
    })
  }
})
