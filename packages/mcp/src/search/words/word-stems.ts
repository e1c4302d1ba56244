import { stemmer } from 'stemmer'

/** @limit In words: what of a text is looked at. */
const mostWords = 2_000

/** Words that are in so many texts that they tell nothing of any. */
const stopWords = new Set(
  `a an the this that these those it its they them their he she his her we our you your i me my mine us one ones
  and or nor but if then than so as of to in on at by for with from into onto out about over under up down off
  is are was were be been being am do does did done doing has have had having will would can could may might must shall should
  not no yes please want wants need needs let lets like some any each every all both either neither such same other another
  what which who whom whose when how why there here now just only very too also again once more most less least much many
  before after while during within without between through because per via e g i.e etc`.split(/\s+/),
)

/**
 * The words of a text or an identifier, in order, each by its stem (Porter's algorithm): `read_multiple_files` and `readMultipleFiles` are three words. Words that
 * tell nothing are left out.
 */
export function wordStems(text: string, stem: (word: string) => string = stemOf): readonly string[] {
  return plainWords(text)
    .filter((word) => !stopWords.has(word))
    .map(stem)
}

/** The stems of words, each worked out once: texts of many tools say the same words. */
export function rememberedStems(): (word: string) => string {
  const known = new Map<string, string>()
  return (word) => {
    const stem = known.get(word) ?? stemOf(word)
    known.set(word, stem)
    return stem
  }
}

/** The words of a text as they stand, in lower case, without accents. */
function plainWords(text: string): readonly string[] {
  const apart = text
    .slice(0, mostWords * 20)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/(\p{Ll}|\d)(?=\p{Lu}\p{Ll})/gu, '$1 ')
    .replaceAll(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .toLowerCase()
    .replaceAll(/(\p{L})['’](?:s|t|re|ll|ve|d|m)\b/gu, '$1')
  return (apart.match(/\p{L}+|\d+/gu) ?? []).slice(0, mostWords)
}

/** The stem of one word in lower case; the forms of an irregular verb have one stem. */
export function stemOf(word: string): string {
  return /^[a-z]+$/.test(word) ? stemmer(irregular.get(word) ?? word) : word
}

/** Forms that no ending tells. */
const irregular: ReadonlyMap<string, string> = new Map(
  `bring brought, build built, buy bought, choose chose chosen, draw drew drawn, drive drove driven, fall fell fallen, find found, forget forgot forgotten,
  get got gotten, give gave given, go went gone, hide hid hidden, hold held, keep kept, know knew known, leave left, make made, mean meant, meet met, pay paid,
  run ran, say said, see saw seen, seek sought, sell sold, send sent, show shown, sleep slept, speak spoke spoken, spend spent, take took taken, tell told,
  think thought, throw threw thrown, win won, write wrote written, person people, child children, datum data, index indices`
    .split(',')
    .flatMap((forms) => {
      const [base = '', ...others] = forms.trim().split(' ')
      return others.map((form): [string, string] => [form, base])
    }),
)
