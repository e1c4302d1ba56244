import { actionWords } from './action-words.ts'
import { qualityWords } from './quality-words.ts'
import { thingWords } from './thing-words.ts'
import { stemOf } from './word-stems.ts'

/** The words that mean about the same as a word, all by their stems, itself not among them. */
export type Synonyms = ReadonlyMap<string, ReadonlySet<string>>

/** Reads the tables of words. Those of one line stand for each other, those of two lines do not by a word that is in both. */
export function readSynonyms(
  lines: readonly string[] = [...actionWords, ...thingWords, ...qualityWords],
): Synonyms {
  const synonyms = new Map<string, Set<string>>()
  for (const line of lines) {
    const stems = new Set(line.split(' ').map(stemOf))
    for (const stem of stems) {
      const known = synonyms.get(stem) ?? new Set()
      for (const other of stems) if (other !== stem) known.add(other)
      synonyms.set(stem, known)
    }
  }
  return synonyms
}
