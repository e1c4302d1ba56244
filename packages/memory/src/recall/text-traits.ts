/** What can be seen of a text without knowing the question, as bits. */
export const traits = {
  /** It speaks of a time: a day, a month, "last week". */
  time: 1,
  /** It ends in a question mark. */
  question: 2,
  /** It speaks of its own speaker. */
  firstPerson: 4,
  /** It has a number, in digits or as a word. */
  number: 8,
  /** It has a preposition and a name behind it: "in Oslo". */
  place: 16,
} as const

const time =
  /\b(?:yesterday|today|tonight|tomorrow|ago|recently|weekend|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?:last|next|this|past|coming|previous|few) (?:night|week|weekend|month|year|summer|winter|spring|fall|autumn|days|weeks|months|years|morning|evening|afternoon|mon|tues|wednes|thurs|fri|satur|sun)\w*|(?:19|20)\d\d|\d{1,2}(?:st|nd|rd|th))\b/i
const firstPerson = /\b(?:i|i'm|i've|i'd|i'll|my|me|mine|we|our|us)\b/i
const number =
  /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|once|twice|couple|several)\b/i
const place = /\b(?:in|at|to|from|near|around|through)\s+(?:the\s+)?\p{Lu}\p{L}+/u

/** The {@link traits} of a text. */
export function traitsOf(text: string): number {
  return (
    (time.test(text) ? traits.time : 0) |
    (text.trimEnd().endsWith('?') ? traits.question : 0) |
    (firstPerson.test(text.replaceAll('’', "'")) ? traits.firstPerson : 0) |
    (number.test(text) ? traits.number : 0) |
    (place.test(text) ? traits.place : 0)
  )
}
