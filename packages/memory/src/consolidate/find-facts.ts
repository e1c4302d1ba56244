import { sentencesOf } from './find-rules.ts'

/** A fact with a key, as a person said it. */
export interface FoundFact {
  readonly text: string
  readonly subject: string
  readonly attribute: string
  readonly value: string
}

const value = '([^.,;!?\\n]{1,80}?)'
const end = '(?=\\s*(?:[.,;!?\\n]|$|\\b(?:and|but|because|since|so|which|now|instead|these days|anymore)\\b))'

/** What is said, and of what it is the value. */
const forms: readonly { readonly form: RegExp; readonly attribute?: string }[] = [
  { form: form(`my name is ${value}`), attribute: 'name' },
  { form: form(`(?:please )?call me ${value}`), attribute: 'name' },
  { form: form(`i(?: now| currently)? live in ${value}`), attribute: 'home' },
  { form: form(`i(?:'ve| have)?(?: just| recently)? moved to ${value}`), attribute: 'home' },
  { form: form(`i(?: now| currently)? work (?:at|for) ${value}`), attribute: 'employer' },
  {
    form: form(`i(?:'ve| have)?(?: just| recently)? (?:started|joined) (?:at|working (?:at|for)) ${value}`),
    attribute: 'employer',
  },
]
const named = new RegExp(
  `\\bmy (?:new |current )?((?:favou?rite )?[a-z][a-z-]*(?: [a-z][a-z-]*)?) (?:is|are) (?:now )?${value}${end}`,
  'i',
)
const changed = new RegExp(
  `\\b(?:i|we)(?:'ve| have)?(?: just| recently)? (?:switched|changed|moved) (?:my |our |the )?([a-z][a-z -]{1,40}?) (?:from [^.,;!?\\n]{1,60} )?to ${value}${end}`,
  'i',
)
/** "My plan is to ..." and "my question is whether ..." say no value. */
const noValue =
  /^(?:to|that|whether|if|not|how|what|why|when|where|a bit|very|so|too|really|being|getting|going)\b/i

/** Facts of a person, in what the person said, that have a name by which a later one can go against them. */
export function findFacts(text: string): readonly FoundFact[] {
  return sentencesOf(text.replaceAll('’', "'")).flatMap((sentence) => {
    // A question states nothing.
    if (sentence.endsWith('?') || sentence.length > 300) return []
    const found = factOf(sentence)
    return found === undefined || noValue.test(found.value) ? [] : [{ ...found, text: sentence }]
  })
}

function factOf(sentence: string): Omit<FoundFact, 'text'> | undefined {
  for (const { form: pattern, attribute } of forms) {
    const found = pattern.exec(sentence)?.[1]
    if (found !== undefined && attribute !== undefined) return fact(attribute, found)
  }
  const found = named.exec(sentence) ?? changed.exec(sentence)
  const [, attribute = '', stated = ''] = found ?? []
  return found === null ? undefined : fact(attribute, stated)
}

function fact(attribute: string, stated: string): Omit<FoundFact, 'text'> {
  return { subject: 'user', attribute: attribute.trim().toLowerCase(), value: stated.trim() }
}

function form(pattern: string): RegExp {
  return new RegExp(`\\b${pattern}${end}`, 'i')
}
