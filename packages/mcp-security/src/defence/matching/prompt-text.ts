import { activeTokens } from './active-tokens.ts'
import { canonicalUrl } from './canonical-url.ts'
import { findToken } from './find-token.ts'
import { hasDate } from './has-date.ts'
import { normalise, normaliseSeen, wordsOf } from './normalise.ts'
import { shingles } from './shingles.ts'

/** What the user said, prepared for matching. */
export interface PromptText {
  readonly raw: string
  readonly text: string
  readonly words: ReadonlySet<string>
  readonly urls: ReadonlySet<string>
  readonly numbers: ReadonlySet<number>
  readonly fourWords: ReadonlySet<number>
  /** The entry that holds it, where the log is known. */
  readonly entry?: number
}

const wordList = /\p{N}+(?:,\p{N}{3})+(?:\.\p{N}+)?|\p{N}+(?:\.\p{N}+)?/gu

/** Prepares a prompt. */
export function promptText(raw: string, entry?: number): PromptText {
  const text = normalise(raw)
  const words = wordsOf(normaliseSeen(raw))
  const urls = activeTokens(raw).flatMap(({ kind, text: found }) =>
    kind === 'url' ? (canonicalUrl(found) ?? []) : [],
  )
  const numbers = (text.match(wordList) ?? []).map((found) => Number(found.replaceAll(',', '')))
  return {
    raw,
    text,
    words: new Set(words),
    urls: new Set(urls),
    numbers: new Set(numbers),
    fourWords: new Set(shingles(words, 4)),
    ...(entry === undefined ? {} : { entry }),
  }
}

/** Whether the user's words hold a value, whole. A value of one or two characters must be in quotes or behind a word that says what it is. */
export function promptHas(prompt: PromptText, value: string | number, hint = ''): boolean {
  const wanted = normalise(String(value))
  if (wanted.length <= 2 || /^\d{1,3}$/.test(wanted)) return isNamed(prompt.text, wanted, hint)
  if (findToken(prompt.text, wanted) >= 0 || hasDate(prompt.text, wanted)) return true
  if (typeof value === 'number') return prompt.numbers.has(value)
  const url = canonicalUrl(value)
  return url !== undefined && !wanted.includes('@') && prompt.urls.has(url)
}

/** `id 7`, `#7`, `file "7"`: the numeral of a list, an hour or a count is none. */
function isNamed(text: string, wanted: string, hint: string): boolean {
  const hints = wordsOf(normalise(hint.replaceAll(/[_-]/g, ' '))).filter((word) => word.length > 1)
  const naming = new RegExp(
    `(?:#|["'\`]|\\b(?:${['id', 'no\\.?', 'nr\\.?', 'number', ...hints].join('|')}) *[:#"'\`]?) *$`,
  )
  for (let at = findToken(text, wanted); at >= 0; at = findToken(text, wanted, at + 1))
    if (naming.test(text.slice(Math.max(0, at - 24), at))) return true
  return false
}
