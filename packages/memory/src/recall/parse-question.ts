import { type AskedDate, askedDates } from './asked-dates.ts'
import type { StemOf } from './stem-of.ts'
import { contentWords, wordsOf } from './words-of.ts'

/** A question as the ranker reads it. */
export interface Question {
  /** Its content words, unstemmed, names of speakers left out, in order, with repetitions. */
  readonly words: readonly string[]
  /** Their stems, in order, with repetitions. */
  readonly stems: readonly string[]
  /** The speakers that it names. */
  readonly named: ReadonlySet<string>
  readonly isFirstPerson: boolean
  readonly asksWhen: boolean
  readonly asksNumber: boolean
  readonly asksWhere: boolean
  readonly dates: readonly AskedDate[]
}

/** Reads a question for a scope in which these speakers speak. */
export function parseQuestion(text: string, speakers: Iterable<string>, stemOf: StemOf): Question {
  const names = namesOf(speakers, text)
  const all = contentWords(text)
  const words = all.filter((word) => !names.has(word))
  const named = new Set<string>()
  for (const word of wordsOf(text)) for (const speaker of names.get(word) ?? []) named.add(speaker)
  // A question of nothing but names asks for them.
  const asked = words.length === 0 ? all : words
  return {
    words: asked,
    stems: asked.map(stemOf),
    named,
    isFirstPerson: /\b(?:i|my|me|mine|i've|i'm|i'd|we|our|us)\b/i.test(text.replaceAll('’', "'")),
    asksWhen:
      asks('when', text) || /\b(?:what|which) (?:date|day|month|year|time)\b|\bhow long ago\b/i.test(text),
    asksNumber: /\bhow (?:many|much|old|long|often)\b/i.test(text),
    asksWhere: asks('where', text) || /\b(?:which|what) (?:city|country|state|town|place)\b/i.test(text),
    dates: askedDates(text),
  }
}

/** Whether a question asks by a word: at its start, or before a verb. "How did she feel when she left?" asks for no time. */
function asks(word: string, text: string): boolean {
  const verbs = 'did|do|does|is|was|are|were|has|have|had|will|would|can|could|should'
  return new RegExp(`^\\W*(?:since |until |from )?${word}\\b|\\b${word} (?:${verbs})\\b`, 'i').test(text)
}

/** Words of roles are no names. */
const roles: ReadonlySet<string> = new Set([
  'user',
  'assistant',
  'tool',
  'agent',
  'system',
  'import',
  'human',
  'ai',
])

/** Whom a word names: the words of the speakers' names, and of those of five letters or more the first three, where the question writes them as a name: "Mel", not "car". */
function namesOf(speakers: Iterable<string>, text: string): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>()
  const add = (word: string, speaker: string): void => {
    names.set(word, [...(names.get(word) ?? []), speaker])
  }
  for (const speaker of speakers) {
    for (const word of wordsOf(speaker)) {
      if (roles.has(word) || word.length < 2) continue
      add(word, speaker)
      const short = word.slice(0, 3)
      if (word.length >= 5 && isWrittenAsName(short, text)) add(short, speaker)
    }
  }
  return names
}

function isWrittenAsName(word: string, text: string): boolean {
  const name = `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
  return text.split(/[^\p{L}\p{N}]+/u).includes(name)
}
