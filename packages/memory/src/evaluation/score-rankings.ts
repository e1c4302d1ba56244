/** What a ranking is worth: means over questions, each from 0 to 1. */
export interface RankingScores {
  readonly n: number
  readonly 'recall@5': number
  readonly 'recall@10': number
  readonly 'recall@20': number
  readonly mrr: number
  readonly 'ndcg@10': number
}

/** A ranking, and what should stand in it. */
export interface JudgedRanking {
  /** Best first. */
  readonly ranked: readonly string[]
  /** Without repetition. */
  readonly wanted: readonly string[]
}

/** Beyond that place a first hit counts as none. */
const deepest = 100

/** Scores rankings. `NaN` where there is none. */
export function scoreRankings(rankings: readonly JudgedRanking[]): RankingScores {
  return {
    n: rankings.length,
    'recall@5': mean(rankings.map((each) => recallAt(each, 5))),
    'recall@10': mean(rankings.map((each) => recallAt(each, 10))),
    'recall@20': mean(rankings.map((each) => recallAt(each, 20))),
    mrr: mean(rankings.map(reciprocalRank)),
    'ndcg@10': mean(rankings.map((each) => gainAt(each, 10))),
  }
}

/** Which share of what is wanted stands in the first `places`. */
export function recallAt({ ranked, wanted }: JudgedRanking, places: number): number {
  const top = new Set(ranked.slice(0, places))
  return wanted.filter((id) => top.has(id)).length / wanted.length
}

/** One over the place of the first that is wanted; 0 where none stands in the first hundred. */
export function reciprocalRank({ ranked, wanted }: JudgedRanking): number {
  const place = ranked.slice(0, deepest).findIndex((id) => wanted.includes(id))
  return place < 0 ? 0 : 1 / (place + 1)
}

/** Normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002) with gains of 0 and 1. */
export function gainAt({ ranked, wanted }: JudgedRanking, places: number): number {
  const gains = ranked.slice(0, places).map((id, place) => (wanted.includes(id) ? discount(place) : 0))
  const ideal = wanted.slice(0, places).map((_id, place) => discount(place))
  return sum(gains) / sum(ideal)
}

/** The value below which that share of all lies, by the nearest rank. `NaN` of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

function discount(place: number): number {
  return 1 / Math.log2(place + 2)
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
