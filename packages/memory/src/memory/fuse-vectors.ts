import type { Sequence } from '@keepup/core'

import { fuseRanks } from '../recall/fuse-ranks.ts'
import type { Embedder, ResolvedParts } from './parts.ts'
import type { Ranked, AskedScope } from './recall.ts'
import { linesOf } from './scope-lines.ts'

/** So many nearest vectors take part. */
const mostNearest = 100
const embeddedAtOnce = 64

/** Joins the ranking by words with that by vectors, where there is an embedder; else it is the ranking by words. */
export async function fuseVectors(
  parts: ResolvedParts,
  asked: AskedScope,
  text: string,
  byWords: readonly Ranked[],
): Promise<readonly Ranked[]> {
  const { embedder } = parts
  if (embedder === undefined || asked.size === 0) return byWords
  const vectors = await vectorsOf(parts, embedder, asked)
  const [question] = await embedder.embed([text])
  if (question === undefined) return byWords
  const nearest = [...vectors]
    .map(([sequence, vector]) => ({ sequence, near: cosine(question, vector) }))
    .toSorted((a, b) => b.near - a.near || a.sequence - b.sequence)
    .slice(0, mostNearest)
  const fused = fuseRanks([byWords.map(({ sequence }) => sequence), nearest.map(({ sequence }) => sequence)])
  const known = new Map(byWords.map((each) => [each.sequence, each]))
  return fused.map(({ sequence, score }) => ({
    scope: asked.reader.scope,
    sequence,
    score,
    parts: known.get(sequence)?.parts ?? {},
  }))
}

/** The vectors of what is asked; those that are missing are made and kept. */
async function vectorsOf(
  { index }: ResolvedParts,
  embedder: Embedder,
  { reader, at, words, size }: AskedScope,
): Promise<ReadonlyMap<Sequence, Float32Array>> {
  const vectors = new Map<Sequence, Float32Array>()
  const wanted = new Set(words.documents.slice(0, size).map(({ sequence }) => sequence))
  for (const line of linesOf(reader.scope, at)) {
    for (const each of await index.vectors(line.scope, embedder.id, line.range)) {
      if (wanted.has(each.sequence)) vectors.set(each.sequence, each.vector)
    }
    const missing = [...wanted].filter(
      (sequence) => sequence > line.range.after && sequence <= line.range.through && !vectors.has(sequence),
    )
    for (let from = 0; from < missing.length; from += embeddedAtOnce) {
      const texts = await index.evidence(line.scope, missing.slice(from, from + embeddedAtOnce))
      const made = await embedder.embed(texts.map(({ speaker, text }) => `${speaker}: ${text}`))
      const kept = texts.flatMap(({ sequence }, place) => {
        const vector = made[place]
        return vector === undefined ? [] : [{ sequence, vector }]
      })
      await index.keepVectors(line.scope, embedder.id, kept)
      for (const { sequence, vector } of kept) vectors.set(sequence, vector)
    }
  }
  return vectors
}

function cosine(a: Float32Array, b: Float32Array): number {
  let product = 0
  let lengthA = 0
  let lengthB = 0
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0]
    product += x * y
    lengthA += x * x
    lengthB += y * y
  }
  return lengthA === 0 || lengthB === 0 ? 0 : product / Math.sqrt(lengthA * lengthB)
}
