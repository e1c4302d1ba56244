import { stopWords } from './stop-words.ts'

const word = /[\p{L}\p{N}]+/gu
const plain = /^[\p{ASCII}]*$/u
/** Scripts that put no space between words: their neighbours are taken in twos. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u
/** Longer runs of letters and digits are keys and hashes; they are cut so that no index holds a megabyte as one word. */
const longestWord = 64

/** Every word of a text in lower case, without accents (Unicode NFKD), in order. */
export function wordsOf(text: string): readonly string[] {
  const folded = plain.test(text)
    ? text.toLowerCase()
    : text
        .normalize('NFKD')
        .replaceAll(/\p{M}+/gu, '')
        .toLowerCase()
  const found = folded.match(word) ?? []
  return plain.test(text)
    ? found.map(cut)
    : found.flatMap((each) => (unspaced.test(each) ? pairs(each) : [cut(each)]))
}

/** The words of a text that say what it is about: those that are no stop words. */
export function contentWords(text: string): readonly string[] {
  return wordsOf(text).filter((each) => !stopWords.has(each))
}

function cut(each: string): string {
  return each.length > longestWord ? each.slice(0, longestWord) : each
}

function pairs(run: string): readonly string[] {
  const letters = Array.from(run)
  if (letters.length < 2) return letters
  return letters.slice(1).map((letter, index) => `${letters[index] ?? ''}${letter}`)
}
