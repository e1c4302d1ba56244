import { type FinishedCall, type Label } from '@keepup/core'
import { expect, test } from 'vitest'

import { mapArtifacts, textOf } from './fake-call.ts'
import { type Run, running, text } from './work-tool.ts'

test('long output keeps head and tail, says what was left out, and the whole is an artifact', async () => {
  const kept = new Map<string, { bytes: Uint8Array; label: Label }>()
  const long = `HEAD${'x'.repeat(200_000)}TAIL`
  const finished = await running(async () => text(long), {}, { artifacts: mapArtifacts(kept) })
  const shown = textOf(finished)
  expect(shown.length).toBeLessThan(50_500)
  expect(shown).toMatch(
    /^HEADx+\n\[… 150008 characters in 1 lines were left out\. .*artifact:hash-0\.]\nx+TAIL$/,
  )
  expect(finished.artifacts).toEqual(['hash-0'])
  expect(finished.outcome).toMatchObject({ output: { artifacts: ['hash-0'] } })
  expect(Buffer.from(kept.get('hash-0')?.bytes ?? []).toString()).toBe(long)
  expect(kept.get('hash-0')?.label.sources).toEqual(['tool:work'])
})

test('many lines count as long', async () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index}\n`).join('')
  const finished = await running(async () => text(lines))
  const shown = textOf(finished).split('\n')
  expect(shown.length).toBeLessThanOrEqual(2_002)
  expect(shown).toContain('line 999')
  expect(shown).toContain('line 4000')
  expect(shown).not.toContain('line 1000')
  expect(textOf(finished)).toContain('3000 lines were left out. It was not kept: there is no artifact store.')
})

test('exactly at the limit nothing is cut, and no pair of surrogates is torn', async () => {
  expect(textOf(await running(async () => text('x'.repeat(10)), {}, { outputLimit: 10 }))).toBe(
    'x'.repeat(10),
  )
  const exact = 'line\n'.repeat(2_000)
  expect(textOf(await running(async () => text(exact)))).toBe(exact)
  // The first, the last and some low surrogate.
  for (const character of ['\u{1F400}', '\u{1F3FF}', '\u{1F600}']) {
    for (const outputLimit of [10, 11, 12, 13]) {
      const shown = textOf(await running(async () => text(character.repeat(50)), {}, { outputLimit }))
      expect(Buffer.from(shown).toString()).toBe(shown)
    }
  }
})

test('the limit holds for all texts of an output together, and for failures', async () => {
  const many = {
    content: Array.from({ length: 20 }, () => ({ type: 'text' as const, text: 'y'.repeat(9_000) })),
  }
  expect(textOf(await running(async () => many)).length).toBeLessThan(55_000)
  const message = 'z'.repeat(100_000)
  expect(textOf(await running(async () => ({ type: 'failed', code: 'x', message }))).length).toBeLessThan(
    51_000,
  )
  expect(textOf(await running(async () => ({ type: 'unknown', reason: message }))).length).toBeLessThan(
    51_000,
  )
})

test('large structured data and large files become artifacts', async () => {
  const kept = new Map<string, { bytes: Uint8Array; label: Label }>()
  const base64 = Buffer.alloc(60_000, 7).toString('base64')
  const finished = await running(
    async () => ({
      content: [{ type: 'file', mediaType: 'image/png', source: { base64 } }],
      structured: { rows: 'r'.repeat(60_000) },
    }),
    {},
    { artifacts: mapArtifacts(kept) },
  )
  expect(finished.outcome).toMatchObject({
    output: { content: [{ type: 'file', source: { artifact: 'hash-0' } }, { type: 'text' }] },
  })
  expect(finished.outcome).not.toHaveProperty('output.structured')
  expect(new Set(finished.artifacts)).toEqual(new Set(['hash-0', 'hash-1']))
  expect(kept.get('hash-0')?.bytes).toEqual(Buffer.alloc(60_000, 7))
})

const image = (size: number): Promise<FinishedCall> =>
  running(async () => ({
    content: [{ type: 'file', mediaType: 'image/png', source: { base64: 'A'.repeat(size) } }],
    structured: { a: 1 },
  }))

test('without a store a moderate image stays, a huge one is told of', async () => {
  expect((await image(100_000)).outcome).toMatchObject({
    output: { content: [{ type: 'file' }], structured: { a: 1 } },
  })
  expect(textOf(await image(9_000_000))).toContain('was left out')
})

test('a store that fails does not fail the call', async () => {
  const artifacts = { ...mapArtifacts(new Map()), put: () => Promise.reject(new Error('disk full')) }
  const finished = await running(async () => text('x'.repeat(60_000)), {}, { artifacts })
  expect(finished.outcome.type).toBe('completed')
  expect(textOf(finished)).toContain('It could not be kept: disk full')
})

test('structured data that is no JSON is left out', async () => {
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  const finished = await running((async () => ({ ...text('done'), structured: cyclic })) as unknown as Run)
  expect(textOf(finished)).toContain('it is no JSON')
})
