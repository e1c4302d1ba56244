import { wordsOfPhrases } from './words/everyday-phrases.ts'
import { wordsOfMentions } from './words/mentions.ts'
import { wordStems } from './words/word-stems.ts'

/** A stem that is looked for. */
export interface QueryTerm {
  readonly stem: string
  /** How much it counts. */
  readonly weight: number
  /** Whether a synonym does as well. */
  readonly loose: boolean
}

/** How much a word counts that the question implies. */
const implication = 0.6
/** @limit In characters: what of a question is looked at. */
const longestQuestion = 2_000

/** What a question looks for: its own words, and those that it implies. */
export function queryTerms(
  question: string,
  implied: (question: string) => readonly string[],
): readonly QueryTerm[] {
  const asked = question.slice(0, longestQuestion)
  const own = new Set(wordStems(asked))
  const others = new Set(wordStems(implied(asked).join(' ')))
  return [
    ...[...own].map((stem) => ({ stem, weight: 1, loose: true })),
    ...[...others]
      .filter((stem) => !own.has(stem))
      .map((stem) => ({ stem, weight: implication, loose: false })),
  ]
}

/** The words of tools for what a question says in phrases, and for what it shows instead of saying it. */
export function impliedWords(question: string): readonly string[] {
  return [...wordsOfPhrases(question), ...wordsOfMentions(question)]
}
