import { trustedLabel } from '@keepup/core'

import { findRules } from '../consolidate/find-rules.ts'
import { indexEvidence } from '../recall/index-evidence.ts'
import { rankEarlier } from '../recall/rank-earlier.ts'
import type { RankedDocument } from '../recall/ranked-document.ts'
import { createStemOf, type StemOf } from '../recall/stem-of.ts'
import type { EvaluatedRow } from './evaluate-recall.ts'
import type { EvaluatedConversation, EvaluatedDataset, EvaluatedQuestion } from './evaluated-dataset.ts'
import { type JudgedRanking, percentile, scoreRankings } from './score-rankings.ts'

/** Categories of BEAM in which a later statement goes against an earlier one. */
const conflicting: ReadonlySet<string> = new Set(['contradiction_resolution', 'knowledge_update'])

/**
 * For each question about a contradiction or an update whose evidence names two messages of the person: whether the newest finds the older ones among all
 * earlier ones. Counted as hits: any older one will do.
 */
export function evaluateConflicts(dataset: EvaluatedDataset): readonly EvaluatedRow[] {
  const stemOf = createStemOf()
  const judged = dataset.conversations.flatMap((conversation) => {
    const said = userDocuments(conversation)
    return conversation.questions
      .filter(({ category }) => conflicting.has(category))
      .flatMap((question) => judgeConflict(said, question, stemOf))
  })
  const categories = [...new Set(judged.map(({ category }) => category))].toSorted()
  return categories.map((category) => {
    const own = judged.filter((each) => each.category === category)
    const times = own.map(({ time }) => time)
    const scores = scoreRankings(own)
    return {
      dataset: dataset.name,
      category: `conflict-candidates/${category}`,
      ...scores,
      p50_ms: percentile(times, 0.5),
      p95_ms: percentile(times, 0.95),
    }
  })
}

/** How many standing rules the detector finds, and how much of what the person says it takes for one. */
export interface EvaluatedRules {
  readonly dataset: string
  readonly category: 'standing-rules'
  readonly n: number
  /** Which share of the questions about rules has evidence that was found. */
  readonly found: number
  /** Which share of the person's messages was found. */
  readonly pinned: number
}

/** Runs the detector of standing rules over what persons say; `undefined` where the data set does not ask for rules. */
export function evaluateRules(dataset: EvaluatedDataset): EvaluatedRules | undefined {
  let asked = 0
  let found = 0
  let messages = 0
  let pinned = 0
  for (const { turns, questions } of dataset.conversations) {
    const said = turns.filter(({ origin }) => origin === 'user')
    const rules = new Set(said.filter(({ text }) => findRules(text).length > 0).map(({ id }) => id))
    messages += said.length
    pinned += rules.size
    for (const { evidence } of questions.filter(({ category }) => category === 'instruction_following')) {
      asked += 1
      if (evidence.some((id) => rules.has(id))) found += 1
    }
  }
  if (asked === 0) return undefined
  return {
    dataset: dataset.name,
    category: 'standing-rules',
    n: asked,
    found: found / asked,
    pinned: pinned / messages,
  }
}

function userDocuments({ turns }: EvaluatedConversation): ReadonlyMap<string, RankedDocument> {
  const said = turns.filter(({ origin }) => origin === 'user')
  return new Map(
    said.map((turn, number) => {
      const evidence = { ...turn, speaker: 'user', at: turn.at ?? 0, label: trustedLabel }
      return [turn.id, indexEvidence(number + 1, evidence).document]
    }),
  )
}

function judgeConflict(
  said: ReadonlyMap<string, RankedDocument>,
  { category, evidence }: EvaluatedQuestion,
  stemOf: StemOf,
): readonly (JudgedRanking & { readonly category: string; readonly time: number })[] {
  const wanted = evidence.flatMap((id) => said.get(id) ?? []).toSorted((a, b) => a.sequence - b.sequence)
  const newest = wanted.at(-1)
  if (newest === undefined || wanted.length < 2) return []
  const begun = performance.now()
  const earlier = [...said.values()].filter(({ sequence }) => sequence < newest.sequence)
  const ranked = rankEarlier(earlier, newest, stemOf).map(String)
  const older = wanted.slice(0, -1).map(({ sequence }) => String(sequence))
  // The best older one stands for all: one is enough to notice the conflict.
  const best = ranked.find((id) => older.includes(id)) ?? older[0] ?? ''
  return [{ ranked, wanted: [best], category, time: performance.now() - begun }]
}
