import { impliedWords, type QueryTerm, queryTerms } from './query-terms.ts'
import { type SearchableTool, type TextField, toolText } from './tool-text.ts'
import { readSynonyms, type Synonyms } from './words/synonyms.ts'
import { rememberedStems } from './words/word-stems.ts'

/** A tool that was found. */
export interface ToolMatch<Found extends SearchableTool = SearchableTool> {
  readonly tool: Found
  /** How well it fits, above 0; comparable within one answer alone. */
  readonly score: number
}

/** What is looked for. */
export interface ToolQuery {
  /** At most this many: 5 when left out. */
  readonly limit?: number
  /** Only tools of this server. */
  readonly server?: string
}

/** Finds tools by what they say of themselves. */
export interface ToolIndex<Found extends SearchableTool = SearchableTool> {
  /** The tools that fit the words best, best first; the same answer each time. Nothing where no word fits. */
  search(words: string, query?: ToolQuery): readonly ToolMatch<Found>[]
}

/** What an index knows of words; the tables of this package when left out. */
export interface ToolIndexOptions {
  readonly synonyms?: Synonyms
  /** Words that a question implies. */
  readonly implied?: (question: string) => readonly string[]
}

/** How much of a word's worth one has that merely means about the same. */
const likeness = 0.55
/** The same for a word that begins with it, or that it begins with, where the word itself is in no tool. */
const kinship = 0.5
/** How soon more of the same word adds nothing, and how much long texts are held against a tool, as BM25 names them. */
const [saturation, lengthPenalty] = [4, 0.6]

/** How a stem is spread over the tools. */
interface Posting {
  readonly rarity: number
  /** By the place of the tool: how much it says the stem, 0 to 1. */
  readonly presence: ReadonlyMap<number, number>
}

/**
 * An index over tools: BM25 over fields (Robertson and Zaragoza, 2009), where a word of the question may also meet one of its synonyms. No model, no download, and
 * no chance.
 */
export function createToolIndex<Found extends SearchableTool>(
  tools: readonly Found[],
  { synonyms = readSynonyms(), implied = impliedWords }: ToolIndexOptions = {},
): ToolIndex<Found> {
  const remembered = rememberedStems()
  const postings = postStems(tools.map((tool) => toolText(tool, remembered)))
  const expand = ({ stem, loose }: QueryTerm): readonly (readonly [Posting, number])[] => {
    const own = postings.get(stem)
    if (!loose) return weighted(own, 1)
    const like = [...(synonyms.get(stem) ?? [])].flatMap((other) => weighted(postings.get(other), likeness))
    if (own !== undefined || like.length > 0) return [...weighted(own, 1), ...like]
    return [...postings].flatMap(([other, posting]) =>
      areKin(stem, other) ? weighted(posting, kinship) : [],
    )
  }
  const priors = tools.map(priorOf)
  return {
    search(words, { limit = 5, server } = {}) {
      const scores = new Map<number, number>()
      for (const term of queryTerms(words, implied)) {
        for (const [place, worth] of bestOf(expand(term))) {
          scores.set(place, (scores.get(place) ?? 0) + worth * term.weight)
        }
      }
      return [...scores]
        .flatMap(([place, score]) => {
          const tool = tools[place]
          if (tool === undefined || (server !== undefined && tool.server !== server)) return []
          return [{ tool, score: score * (priors[place] ?? 1) }]
        })
        .toSorted((a, b) => b.score - a.score || (a.tool.name < b.tool.name ? -1 : 1))
        .slice(0, Math.max(0, limit))
    },
  }
}

/** A word counts once for each tool, by the best of what it may mean there. */
function bestOf(meanings: readonly (readonly [Posting, number])[]): ReadonlyMap<number, number> {
  const best = new Map<number, number>()
  for (const [{ rarity, presence }, weight] of meanings) {
    for (const [place, said] of presence) {
      best.set(place, Math.max(best.get(place) ?? 0, weight * rarity * said))
    }
  }
  return best
}

function weighted(posting: Posting | undefined, weight: number): readonly (readonly [Posting, number])[] {
  return posting === undefined ? [] : [[posting, weight]]
}

/** Whether one is the other shortened: `auth`, `config`, `repo`. */
function areKin(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a))
}

/** Tools that say that they are not meant to be called come after others that fit as well. */
function priorOf({ description }: SearchableTool): number {
  return /deprecated|obsolete|should not call|do not (?:use|call)/i.test(description) ? 0.9 : 1
}

function postStems(texts: readonly (readonly TextField[])[]): ReadonlyMap<string, Posting> {
  const averages = averageLengths(texts)
  const said = new Map<string, Map<number, number>>()
  for (const [place, fields] of texts.entries()) {
    for (const [index, { weight, stems }] of fields.entries()) {
      const average = averages[index] || 1
      const worth = weight / (1 - lengthPenalty + (lengthPenalty * stems.length) / average)
      for (const stem of stems) {
        const places = said.get(stem) ?? new Map<number, number>()
        said.set(stem, places.set(place, (places.get(place) ?? 0) + worth))
      }
    }
  }
  return new Map([...said].map(([stem, places]) => [stem, postingOf(places, texts.length)]))
}

function averageLengths(texts: readonly (readonly TextField[])[]): readonly number[] {
  const count = texts[0]?.length ?? 0
  return Array.from({ length: count }, (_, index) => {
    const lengths = texts.map((fields) => fields[index]?.stems.length ?? 0)
    return lengths.reduce((sum, length) => sum + length, 0) / texts.length
  })
}

function postingOf(places: ReadonlyMap<number, number>, tools: number): Posting {
  const rarity = Math.log(1 + (tools - places.size + 0.5) / (places.size + 0.5))
  const presence = new Map([...places].map(([place, amount]) => [place, amount / (saturation + amount)]))
  return { rarity, presence }
}
