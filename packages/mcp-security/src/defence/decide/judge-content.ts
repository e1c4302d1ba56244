import { activeTokens, type ActiveToken } from '../matching/active-tokens.ts'
import { findToken } from '../matching/find-token.ts'
import { normalise, normaliseSeen, wordsOf } from '../matching/normalise.ts'
import { shingles } from '../matching/shingles.ts'
import { argumentName, type JudgedArgument } from '../observe/argument-leaves.ts'
import { quotationLength } from '../observe/leaf-index.ts'
import type { ArgumentKind } from '../rules/tool-annotation.ts'
import type { DecidingParts } from './deciding-parts.ts'
import { findEvidence } from './find-evidence.ts'
import type { Finding } from './finding.ts'
import { isAccepted } from './judge-authority.ts'
import { shownValue } from './shown-value.ts'

/** @limit Words: a text of so many is a title. */
const longestTitle = 8
/** @limit Texts: so many that share a title's rarest word are searched for it. */
const mostSearched = 2000

const kinds: Readonly<Record<ActiveToken['kind'], ArgumentKind>> = {
  url: 'url',
  address: 'recipient',
  account: 'recipient',
  telephone: 'recipient',
}

/** Findings in running text: what acts in it and has no authority, and words that others wrote. */
export function judgeContent(
  parts: DecidingParts,
  argument: JudgedArgument,
  mayLeave: boolean,
): readonly Finding[] {
  const { value, kind } = argument
  if (typeof value !== 'string' || value === '') return []
  const { quotations, titles } = parts.policy.content
  const isText = kind === 'content'
  return [
    ...judgeTokens(parts, argument, value),
    ...(isText && (quotations === 'all' || (quotations === 'outward' && mayLeave))
      ? judgeQuotations(parts, argument, value)
      : []),
    ...(isText && titles ? judgeTitle(parts, argument, value) : []),
  ]
}

function judgeTokens(parts: DecidingParts, { pointer }: JudgedArgument, value: string): readonly Finding[] {
  const { tokens: accepted } = parts.policy.content
  if (accepted === 'any') return []
  return activeTokens(value).flatMap((token): readonly Finding[] => {
    const evidence = findEvidence(parts, { value: token.text, kind: kinds[token.kind], hint: '' })
    if (isAccepted(evidence, accepted)) return []
    const text = `${argumentName(pointer)} has the ${token.kind} ${shownValue(token.text)}, which you did not name`
    return [{ rule: 'active-token', pointer, value: token.text, evidence, text }]
  })
}

function judgeQuotations(
  { state }: DecidingParts,
  { pointer }: JudgedArgument,
  value: string,
): readonly Finding[] {
  const runs = shingles(wordsOf(normaliseSeen(value)), quotationLength)
  const own = new Set(state.prompts.flatMap(({ fourWords }) => [...fourWords]))
  const [first] = state.leaves.quoted(runs.filter((run) => !own.has(run)))
  if (first === undefined) return []
  const text = `${argumentName(pointer)} repeats words that others wrote`
  return [{ rule: 'quotation', pointer, evidence: [{ origin: 'free-text', leaf: first.leaf }], text }]
}

function judgeTitle(
  { state }: DecidingParts,
  { pointer }: JudgedArgument,
  value: string,
): readonly Finding[] {
  const words = wordsOf(normaliseSeen(value))
  if (words.length === 0 || words.length > longestTitle) return []
  const wanted = normalise(value)
  const length = Math.min(3, words.length)
  const runs = shingles(words, length)
  const isUsers = state.prompts.some((prompt) => {
    if (findToken(prompt.text, wanted) >= 0) return true
    const own = new Set(shingles(wordsOf(prompt.text), length))
    return runs.some((run) => own.has(run))
  })
  const [leaf] = isUsers ? [] : state.leaves.inFreeText(value, mostSearched)
  if (leaf === undefined) return []
  const text = `${argumentName(pointer)} stands word for word in what others wrote`
  return [{ rule: 'title', pointer, value, evidence: [{ origin: 'free-text', leaf }], text }]
}
