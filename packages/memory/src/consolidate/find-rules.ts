/**
 * How people word what is to hold from then on. Only the sentence counts in which it stands, so that one `always` in a long text does not make all of it a rule.
 */
const cues: readonly RegExp[] = [
  /\b(?:always|never)\b/i,
  /\bfrom (?:now|here|today|this point) on(?:wards?)?\b/i,
  /\bgoing forward\b/i,
  /\b(?:every|each) ?time\b/i,
  /\bwhenever\b/i,
  /\bwhen (?:i ask|i'm asking|you (?:answer|reply|respond|write|show|explain))\b/i,
  /\bi(?:'d| would) (?:always |really )?(?:prefer|rather)\b/i,
  /\bi (?:strongly |really |generally |usually )?prefer\b/i,
  /\bmy preference\b/i,
  /\bremember (?:that|to)\b/i,
]

/** What somebody never did, or always was, tells how it is, and not how it is to be. */
const told =
  /\b(?:i|we|you|he|she|they|it|this|that|there|who|which)(?:'ve|'d|'s| have| has| had| was| were| is| are| am)? (?:actually |really |honestly )?never\b|\b(?:have|has|had|was|were|is|are|am) (?:always|never)\b|\b(?:the|my|our|his|her|their|its) [\w-]+ (?:always|never) \w+ed\b/gi

/** Longer sentences are no rules, but pastes. */
const longestRule = 400

/** The sentences of what a person said that read like standing rules or preferences, in order. */
export function findRules(text: string): readonly string[] {
  return sentencesOf(text.replaceAll('’', "'")).filter(
    (sentence) =>
      sentence.length <= longestRule && cues.some((cue) => cue.test(sentence.replaceAll(told, ' '))),
  )
}

/** The sentences of a text without its blocks of code; lists and lines end sentences too. */
export function sentencesOf(text: string): readonly string[] {
  const prose = text.replaceAll(/```[^]*?(?:```|$)/g, '\n')
  return prose
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '')
}
