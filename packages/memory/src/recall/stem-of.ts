import { stemmer } from 'stemmer'

/** The stem of a word by Porter's algorithm (1980), remembered. */
export type StemOf = (word: string) => string

/** A store may hold any number of words, so what is remembered is bounded. */
const remembered = 100_000

/** Makes a {@link StemOf}. Words with letters beyond a to z are their own stems. */
export function createStemOf(): StemOf {
  const stems = new Map<string, string>()
  return (word) => {
    const known = stems.get(word)
    if (known !== undefined) return known
    if (stems.size >= remembered) stems.clear()
    const stem = /^[a-z]{3,}$/.test(word) ? stemmer(word) : word
    stems.set(word, stem)
    return stem
  }
}
