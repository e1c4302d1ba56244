import type { AgentCard, AgentSkill } from '@a2a-js/sdk'

import { searchWords } from './search-words.ts'

/** A card that matches, with the skill that does so best. */
export interface RankedCard<T> {
  readonly item: T
  /** Greater is better; comparable within one search only. */
  readonly score: number
  readonly skill?: AgentSkill
}

/** How much a word counts where it stands. */
const weights = { name: 3, tag: 3, description: 1.5, example: 1, agent: 1 }

/** Okapi BM25 (Robertson and Zaragoza, 2009): how soon more of the same word counts no more, and how much length counts. */
const [k1, b] = [1.2, 0.75]

interface Document<T> {
  readonly item: T
  readonly skill?: AgentSkill
  /** How much each word counts here. */
  readonly words: ReadonlyMap<string, number>
  readonly length: number
}

/** Cards whose skills match the words of a question, best first; a card stands once, for its best skill. Equal ones keep their order. */
export function rankCards<T>(
  question: string,
  items: readonly T[],
  cardOf: (item: T) => AgentCard,
): readonly RankedCard<T>[] {
  const asked = [...new Set(searchWords(question))]
  const documents = items.flatMap((item) => documentsOf(item, cardOf(item)))
  const average = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, documents.length)
  const worth = new Map(asked.map((word) => [word, rarity(word, documents)]))
  const best = new Map<T, RankedCard<T>>()
  for (const document of documents) {
    const score = asked.reduce(
      (sum, word) => sum + (worth.get(word) ?? 0) * weigh(document, word, average),
      0,
    )
    if (score <= (best.get(document.item)?.score ?? 0)) continue
    const { item, skill } = document
    best.set(item, skill === undefined ? { item, score } : { item, score, skill })
  }
  return [...best.values()].toSorted((one, other) => other.score - one.score)
}

/** One for each skill, and one for the agent where it names none. */
function documentsOf<T>(item: T, card: AgentCard): readonly Document<T>[] {
  const agent: readonly (readonly [string, number])[] = [
    [card.name, weights.agent],
    [card.description, weights.agent],
  ]
  if (card.skills.length === 0) return [documentOf(item, undefined, agent)]
  return card.skills.map((skill) =>
    documentOf(item, skill, [
      ...agent,
      [`${skill.id} ${skill.name}`, weights.name],
      [skill.tags.join(' '), weights.tag],
      [skill.description, weights.description],
      [skill.examples.join(' '), weights.example],
    ]),
  )
}

function documentOf<T>(
  item: T,
  skill: AgentSkill | undefined,
  texts: readonly (readonly [string, number])[],
): Document<T> {
  const words = new Map<string, number>()
  let length = 0
  for (const [text, weight] of texts) {
    // Once in each text: whoever repeats a word is not better at it.
    for (const word of new Set(searchWords(text))) {
      words.set(word, (words.get(word) ?? 0) + weight)
      length += 1
    }
  }
  return skill === undefined ? { item, words, length } : { item, skill, words, length }
}

function rarity<T>(word: string, documents: readonly Document<T>[]): number {
  const having = documents.filter(({ words }) => words.has(word)).length
  return Math.log(1 + (documents.length - having + 0.5) / (having + 0.5))
}

function weigh<T>({ words, length }: Document<T>, word: string, average: number): number {
  const weight = words.get(word) ?? 0
  return (weight * (k1 + 1)) / (weight + k1 * (1 - b + (b * length) / Math.max(1, average)))
}
