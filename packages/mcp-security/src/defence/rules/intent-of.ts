import { idleWords, nounGroups, vagueVerbs, verbGroups } from './intent-words.ts'
import type { IntentTerms, ToolAnnotation } from './tool-annotation.ts'

const money = new Set(['money', 'payment', 'transaction', 'funds', 'transfer', 'bank', 'cash'])
const paying = verbGroups.find(([first]) => first === 'pay') ?? []

/**
 * The words that ask for what a tool does, from its name: `delete_file` is asked for by "erase", `create_calendar_event` by "set up" beside "meeting". A name without
 * a known verb is asked for by its own words.
 */
export function intentOf(tool: string, annotation: ToolAnnotation | undefined): IntentTerms {
  if (annotation?.intent !== undefined) return annotation.intent
  const words = nameWords(tool)
  const spoken = [...words, ...nameWords(annotation?.description?.split('.')[0] ?? '').slice(0, 2)]
  const verb = spoken.find((word) => isVerb(word))
  const nouns = words.filter((word) => word !== verb && !idleWords.has(word))
  if (verb === undefined) return { verbs: nouns.flatMap(synonyms) }
  const paysToo = nouns.some((noun) => money.has(noun)) ? paying : []
  const specific = verbGroups.filter(([first]) => first === verb).flat()
  if (specific.length > 0) return { verbs: [...new Set([...specific, ...(verb === 'send' ? paysToo : [])])] }
  const vague = vagueVerbs.filter(([first]) => first === verb).flat()
  return { verbs: vague, ...(nouns.length === 0 ? {} : { objects: [...new Set(nouns.flatMap(synonyms))] }) }
}

function isVerb(word: string): boolean {
  return [...verbGroups, ...vagueVerbs].some(([first]) => first === word)
}

function synonyms(noun: string): readonly string[] {
  return [
    noun,
    ...nounGroups.filter(([first]) => first === noun || first === singular(noun)).flat(),
    singular(noun),
  ]
}

function singular(noun: string): string {
  return noun.length > 3 && noun.endsWith('s') && !noun.endsWith('ss') ? noun.slice(0, -1) : noun
}

/** `sendDirect_message` and `send-direct-message` are three words. */
function nameWords(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .flatMap((word) => (word === '' ? [] : [word]))
}

/** Whether a text asks for something in these words, in any of their forms. */
export function asksFor(text: string, { verbs, objects }: IntentTerms): boolean {
  if (!verbs.some((verb) => hasWord(text, verb))) return false
  return objects === undefined || objects.some((object) => hasWord(text, object))
}

const patterns = new Map<string, RegExp>()

/** "Do not push" and "without ever pushing" ask for no push; "do not forget to push" is rather asked about than taken for one. */
const negated =
  "(?<!\\b(?:do not|don't|dont|never|not to|must not|mustn't|should not|shouldn't|without)\\s(?:\\p{L}+\\s){0,2})"

function hasWord(text: string, word: string): boolean {
  let pattern = patterns.get(word)
  if (pattern === undefined) {
    const stem = word.length > 3 && word.endsWith('e') ? word.slice(0, -1) : word
    const last = stem.at(-1) ?? ''
    const ending = stem === word ? `(?:s|es|ed|${last}?ing|${last}ed|d)?` : '(?:e|es|ed|ing|er)'
    pattern = new RegExp(
      `${negated}(?<![\\p{L}\\p{N}])${stem.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')}${ending}(?![\\p{L}\\p{N}])`,
      'u',
    )
    patterns.set(word, pattern)
  }
  return pattern.test(text)
}
