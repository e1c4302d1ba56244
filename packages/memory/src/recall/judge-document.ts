import { dateFactor } from './asked-dates.ts'
import type { Question } from './parse-question.ts'
import type { RankedDocument } from './ranked-document.ts'
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
export function judgeDocument(
  index: ScopeIndex,
  question: Question,
  document: number,
  isChat: boolean,
): number {
  const judged = index.documents[document]
  if (judged === undefined) return 0
  const length = 1 + factors.length * Math.log(1 + judged.size / factors.lengthUnit)
  const date = question.dates.length === 0 ? 1 : dateFactor(question.dates, judged.at)
  return length * date * speakerFactor(question, judged, isChat) * traitFactor(question, judged.traits)
}

function speakerFactor(question: Question, judged: RankedDocument, isChat: boolean): number {
  const isNamed = question.named.size === 1 && question.named.has(judged.speaker)
  const isOwn = question.isFirstPerson && isChat && judged.origin === 'user'
  if (!isNamed && !isOwn) return 1
  const own = (judged.traits & traits.firstPerson) === 0 ? 1 : factors.firstPerson
  return own * (isNamed ? factors.named : 1) * (isOwn ? factors.own : 1)
}

function traitFactor(question: Question, has: number): number {
  const answers: readonly (readonly [asked: boolean, trait: number, factor: number])[] = [
    [question.asksWhen, traits.time, factors.time],
    [true, traits.question, factors.question],
    [question.asksNumber, traits.number, factors.number],
    [question.asksWhere, traits.place, factors.place],
  ]
  let product = 1
  for (const [asked, trait, factor] of answers) if (asked && (has & trait) !== 0) product *= factor
  return product
}
