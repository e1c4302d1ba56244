/** Sequences of ASCII that look like one letter in many fonts. */
const pairs: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/cl/g, 'd'],
]
const digits: Readonly<Record<string, string>> = { '0': 'o', '1': 'l', '5': 's', i: 'l', '|': 'l' }

/** Letters of other scripts that look like Latin ones (from the Unicode Consortium's UTS #39, those that names are forged with). */
const foreign: Readonly<Record<string, string>> = Object.fromEntries(
  ['аa', 'еe', 'оo', 'рp', 'сc', 'уy', 'хx', 'іi', 'јj', 'ѕs', 'ԁd', 'ԛq', 'ԝw', 'һh', 'кk', 'мm', 'тt', 'вb']
    .concat(['нh', 'гr', 'зe', 'бb', 'αa', 'οo', 'ρp', 'νv', 'υu', 'ιi', 'κk', 'τt', 'χx', 'ϲc', 'ϳj', 'γy'])
    .concat([
      'ηn',
      'ωw',
      'օo',
      'հh',
      'ոn',
      'սu',
      'ցg',
      'ɡg',
      'ɑa',
      'ıi',
      'ꜱs',
      'ʀr',
      'ɴn',
      'ᴏo',
      'ᴄc',
      'ᴠv',
      'ᴡw',
      'ᴢz',
    ])
    .map((pair) => [pair.slice(0, 1), pair.slice(1)]),
)

/** A name as its words: case and separators do not tell names apart. */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_.:/-]+/g, '')
}

/** What a name looks like: two names with one look are taken for each other. */
export function nameLook(name: string): string {
  const letters = Array.from(
    plainName(name.normalize('NFKD').replaceAll(/[\p{M}\p{Cf}]/gu, '')),
    (character) => foreign[character] ?? character,
  ).join('')
  const latin = Array.from(letters, (character) => digits[character] ?? character).join('')
  return pairs.reduce((look, [pattern, letter]) => look.replaceAll(pattern, letter), latin)
}

/** The words of a text that mix Latin letters with letters of another script that look like them. */
export function forgedWords(text: string): readonly string[] {
  const words = text.match(/[\p{L}\p{M}]{3,}/gu) ?? []
  return words.filter((word) => {
    const letters = Array.from(word.toLowerCase())
    const others = letters.filter((letter) => !/[\p{Script=Latin}\p{M}]/u.test(letter))
    return others.length > 0 && others.length < letters.length && others.every((letter) => letter in foreign)
  })
}
