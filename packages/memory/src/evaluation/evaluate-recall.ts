import type { Memory } from '../memory/create-memory.ts'
import type { EvaluatedConversation, EvaluatedDataset } from './evaluated-dataset.ts'
import { type JudgedRanking, percentile, type RankingScores, scoreRankings } from './score-rankings.ts'

/** What a memory does on one category of a data set. */
export interface EvaluatedRow extends RankingScores {
  readonly dataset: string
  readonly category: string
  /** Of one question, from the call to the texts. */
  readonly p50_ms: number
  readonly p95_ms: number
}

interface Judged extends JudgedRanking {
  readonly category: string
  readonly time: number
}

/** The first of a ranking that are looked at. */
const depth = 100
/** Of LoCoMo, what can be answered: everything but the adversarial questions. */
const answerable: ReadonlySet<string> = new Set(['multi-hop', 'temporal', 'open-domain', 'single-hop'])

/** Asks a memory every question of a data set, each conversation in a scope of its own; a row for each category, and for all. */
export async function evaluateRecall(
  memory: Memory,
  dataset: EvaluatedDataset,
): Promise<readonly EvaluatedRow[]> {
  const judged: Judged[] = []
  for (const conversation of dataset.conversations)
    judged.push(...(await askAll(memory, dataset.name, conversation)))
  const categories = [...new Set(judged.map(({ category }) => category))].toSorted()
  const rows = categories.map((category) =>
    rowOf(
      dataset.name,
      category,
      judged.filter((each) => each.category === category),
    ),
  )
  if (dataset.name === 'locomo') {
    rows.push(
      rowOf(
        'locomo',
        '1-4',
        judged.filter(({ category }) => answerable.has(category)),
      ),
    )
  }
  return [...rows, rowOf(dataset.name, 'all', judged)]
}

async function askAll(
  memory: Memory,
  dataset: string,
  { id, turns, questions }: EvaluatedConversation,
): Promise<readonly Judged[]> {
  const scope = { project: `${dataset}/${id}` }
  for (let at = 0; at < turns.length; at += 500) await memory.observe(scope, turns.slice(at, at + 500))
  const judged: Judged[] = []
  for (const { text, category, evidence } of questions) {
    const begun = performance.now()
    const found = await memory.recall({ scopes: [scope], text, limit: depth })
    const time = performance.now() - begun
    judged.push({ ranked: found.evidence.map((each) => each.id), wanted: evidence, category, time })
  }
  return judged
}

function rowOf(dataset: string, category: string, judged: readonly Judged[]): EvaluatedRow {
  const times = judged.map(({ time }) => time)
  return {
    dataset,
    category,
    ...scoreRankings(judged),
    p50_ms: percentile(times, 0.5),
    p95_ms: percentile(times, 0.95),
  }
}
