/** Words that say nothing of what an agent can do. */
const empty = new Set(
  'a an and are as at be by can do does for from help i in into is it its me my of on or our please that the their this to us we what which who will with you your'.split(
    ' ',
  ),
)

/** The words of a text as they are compared: lower case, without accents and common endings, `camelCase` and `snake_case` taken apart. */
export function searchWords(text: string): readonly string[] {
  return text
    .slice(0, longest)
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !empty.has(word))
    .map(stemOf)
}

/** A card may say as much as it likes; no more of it than this is read. */
const longest = 20_000

/** English endings, so that `reviews` finds `reviewing`. Not a whole stemmer: what it gets wrong it gets wrong on both sides. */
function stemOf(word: string): string {
  if (word.length <= 4) return word.length === 4 && /[^s]s$/.test(word) ? word.slice(0, -1) : word
  const stem = word
    .replace(/ies$/, 'y')
    .replace(/(?<=[^aeiou].*)(?:ations?|ators?|ating|ated|ates?)$/, '')
    .replace(/(?:ings?|ers?|ed|es|s)$/, '')
  const base = stem.length < 3 ? word : stem
  return base.replace(/([^aeiou])\1$/, '$1').replace(/e$/, '')
}
