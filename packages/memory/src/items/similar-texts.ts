import { contentWords } from '../recall/words-of.ts'

const leastShare = 0.9
const leastWords = 4

/** Whether two texts say the same in nearly the same words: nine of ten content words of both, and no number and no "not" that only one has. */
export function similarTexts(a: string, b: string): boolean {
  if (marks(a) !== marks(b)) return false
  const [first, second] = [new Set(contentWords(a)), new Set(contentWords(b))]
  if (Math.min(first.size, second.size) < leastWords) return [...first].join(' ') === [...second].join(' ')
  let shared = 0
  for (const word of first) if (second.has(word)) shared += 1
  return shared / (first.size + second.size - shared) >= leastShare
}

/** What turns a text into another: numbers and negations, in order. */
function marks(text: string): string {
  return (text.toLowerCase().match(/\d+(?:\.\d+)*|\bnot?\b|n't\b|\bnever\b|\bwithout\b/g) ?? []).join(' ')
}
