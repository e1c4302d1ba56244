import { dateFactor } from './asked-dates.ts'
import type { Question } from './parse-question.ts'
import type { ScopeIndex } from './scope-index.ts'
import { traits } from './text-traits.ts'

/** What a document gains or loses by who said it, when, and what the question asks for. */
const factors = {
  named: 1.6,
  own: 3,
  time: 1.4,
  question: 0.85,
  firstPerson: 1.1,
  number: 1.2,
  place: 1.2,
  length: 0.1,
  lengthUnit: 20,
} as const

/** By how much a document's score is multiplied for a question. */
export function judgeDocument(index: ScopeIndex, question: Question, document: number): number {
  const judged = index.documents[document]
  if (judged === undefined) return 0
  const has = (trait: number): boolean => (judged.traits & trait) !== 0
  const isNamed = question.named.size === 1 && question.named.has(judged.speaker)
  const isOwn = question.isFirstPerson && index.isChat && judged.origin === 'user'
  let factor = 1 + factors.length * Math.log(1 + judged.size / factors.lengthUnit)
  if (isNamed) factor *= factors.named
  if (isOwn) factor *= factors.own
  if ((isNamed || isOwn) && has(traits.firstPerson)) factor *= factors.firstPerson
  if (question.asksWhen && has(traits.time)) factor *= factors.time
  if (has(traits.question)) factor *= factors.question
  if (question.asksNumber && has(traits.number)) factor *= factors.number
  if (question.asksWhere && has(traits.place)) factor *= factors.place
  return question.dates.length === 0 ? factor : factor * dateFactor(question.dates, judged.at)
}
