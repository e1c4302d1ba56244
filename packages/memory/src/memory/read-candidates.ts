import type { Sequence } from '@keepup/core'

import { parseQuestion } from '../recall/parse-question.ts'
import { ScopeIndex } from '../recall/scope-index.ts'
import type { ResolvedParts } from './parts.ts'
import { linesOf } from './scope-lines.ts'
import { type ScopeReader, type ScopeReaders } from './scope-readers.ts'

/** So many documents of a large scope are ranked at most, neighbours not counted. */
const mostCandidates = 500
const neighbours = 2

/**
 * The words of a large scope's documents that a question may be after: those that have its rarest words, the newest first, and what was said beside them. The
 * same on every backend. What it leaves out has common words of the question alone.
 */
export async function readCandidates(
  { index }: ResolvedParts,
  { stemOf }: ScopeReaders,
  { scope }: ScopeReader,
  at: Sequence,
  text: string,
): Promise<ScopeIndex> {
  const stems = [...new Set(parseQuestion(text, [], stemOf).stems)]
  const wanted = new Set<Sequence>()
  const lines = linesOf(scope, at)
  const having = await Promise.all(
    stems.map(async (stem) => {
      const found = await Promise.all(
        lines.map((line) => index.matching(line.scope, stem, line.range, mostCandidates)),
      )
      return { stem, sequences: found.flat().toSorted((a, b) => b - a) }
    }),
  )
  const rarest = having.toSorted(
    (a, b) => a.sequences.length - b.sequences.length || (a.stem < b.stem ? -1 : 1),
  )
  for (const { sequences } of rarest) {
    for (const sequence of sequences) if (wanted.size < mostCandidates) wanted.add(sequence)
  }
  const words = new ScopeIndex(stemOf)
  const around = withNeighbours(wanted, at)
  for (const line of lines) {
    const within = around.filter((each) => each > line.range.after && each <= line.range.through)
    for (const document of await index.documentsAt(line.scope, within)) words.add(document)
  }
  return words
}

function withNeighbours(wanted: ReadonlySet<Sequence>, at: Sequence): readonly Sequence[] {
  const around = new Set<Sequence>()
  for (const sequence of wanted) {
    for (let each = sequence - neighbours; each <= sequence + neighbours; each++) {
      if (each > 0 && each <= at) around.add(each)
    }
  }
  return [...around].toSorted((a, b) => a - b)
}
