import type { Sequence } from '@keepup/core'

import { ScopeIndex } from '../recall/scope-index.ts'
import type { ResolvedParts } from './parts.ts'
import { readCandidates } from './read-candidates.ts'
import { linesOf } from './scope-lines.ts'
import type { ScopeReader, ScopeReaders } from './scope-readers.ts'

/** The words of a scope that is large by now, as of an entry: all of them where it was not large then, so that it is ranked as it was. */
export async function readPast(
  parts: ResolvedParts,
  readers: ScopeReaders,
  reader: ScopeReader,
  at: Sequence,
  text: string,
): Promise<ScopeIndex> {
  const lines = linesOf(reader.scope, at)
  const counts = await Promise.all(lines.map(({ scope, range }) => parts.index.countEvidence(scope, range)))
  const isLarge = counts.reduce((a, b) => a + b, 0) > parts.exactLimit
  if (isLarge) return readCandidates(parts, readers, reader, at, text)
  const words = new ScopeIndex(readers.stemOf)
  for (const { scope, range } of lines) {
    for (const document of await parts.index.documents(scope, range)) words.add(document)
  }
  return words
}
