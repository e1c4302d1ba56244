import type { JsonValue } from '@keepup/core'

import type { PromptText } from '../matching/prompt-text.ts'
import { isObject, type Item } from './places-of.ts'

/** @limit Items: the first of a longer list is not looked for. */
const mostRanked = 1000

interface Superlative {
  readonly words: RegExp
  readonly fields: RegExp
  readonly most: boolean
}

const size = /^(?:size|bytes|length|file_?size)$/i
const moment = /(?:date|time|timestamp|created|modified|updated|_at|At)$/
const price = /(?:price|cost|fee|amount|total)$/i
const rating = /(?:rating|score|stars|votes)$/i

/** What a superlative in the user's words ranks by. */
const superlatives: readonly Superlative[] = [
  { words: /\b(?:largest|biggest|longest)\b/, fields: size, most: true },
  { words: /\b(?:smallest|shortest)\b/, fields: size, most: false },
  { words: /\b(?:latest|newest|most recent)\b/, fields: moment, most: true },
  { words: /\b(?:oldest|earliest)\b/, fields: moment, most: false },
  { words: /\b(?:most expensive|priciest|costliest)\b/, fields: price, most: true },
  { words: /\b(?:cheapest|least expensive)\b/, fields: price, most: false },
  { words: /\b(?:highest[- ]rated|best[- ]rated|top[- ]rated)\b/, fields: rating, most: true },
  { words: /\b(?:lowest[- ]rated|worst[- ]rated)\b/, fields: rating, most: false },
]

/**
 * Whether an item is the one that a superlative of the user means: "the largest file" is the one whose size is greater than that of any other of the list. Only
 * where every item has that field, and one stands alone at the end.
 */
export function isExtreme({ value, list }: Item, { text }: PromptText): boolean {
  if (list.length < 2 || list.length > mostRanked) return false
  return superlatives.some((one) => one.words.test(text) && isFirst(value, list, one))
}

function isFirst(value: JsonValue, list: readonly JsonValue[], { fields, most }: Superlative): boolean {
  if (!isObject(value)) return false
  const field = Object.keys(value).find((key) => fields.test(key))
  if (field === undefined) return false
  const own = rank(value, field)
  const others = list.filter((item) => item !== value).map((item) => rank(item, field))
  return (
    own !== undefined && others.every((other) => other !== undefined && (most ? own > other : own < other))
  )
}

function rank(item: JsonValue, field: string): number | undefined {
  const value = isObject(item) ? item[field] : undefined
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return undefined
  const time = /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number(value)
  return Number.isNaN(time) ? undefined : time
}
