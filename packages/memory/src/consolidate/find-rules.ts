/**
 * How people word what is to hold from then on. Only the sentence counts in which it stands, so that one `always` in a long text does not make all of it a rule.
 */
const cues: readonly RegExp[] = [
  /\b(?:always|never)\b/i,
  /\bfrom (?:now|here|today|this point) on(?:wards?)?\b/i,
  /\bgoing forward\b/i,
  /\bwhen(?:ever)? (?:i ask|i'm asking|you (?:answer|reply|respond|write|show|explain))\b/i,
  /\b(?:every|each|any) ?time (?:i|you|we)\b/i,
  /\bwhenever\b/i,
  /\bi(?:'d| would) (?:always )?(?:prefer|rather|like you to)\b/i,
  /\bi (?:strongly |really |generally |usually |always )?prefer\b/i,
  /\bmy preference\b/i,
  /\bremember (?:that|to)\b/i,
  /\bin (?:the )?future\b.*\b(?:please|use|do|don't|include|avoid)\b/i,
]

/** Longer sentences are no rules, but pastes. */
const longestRule = 400

/** The sentences of what a person said that read like standing rules or preferences, in order. */
export function findRules(text: string): readonly string[] {
  return sentencesOf(text.replaceAll('’', "'")).filter(
    (sentence) => sentence.length <= longestRule && cues.some((cue) => cue.test(sentence)),
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
