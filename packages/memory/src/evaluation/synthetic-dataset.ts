import { chanceOf, type Chance, pick, shuffle } from './chance.ts'
import type { EvaluatedConversation, EvaluatedDataset } from './evaluated-dataset.ts'
import { chatter, days, fillings, names, stories } from './stories.ts'

const conversations = 10
const turnsEach = 200
const questionsEach = 20
const sessionLength = 25
const begun = Date.UTC(2024, 0, 8, 18)
const day = 86_400_000

/**
 * 2,000 turns of ten pairs of people, and 200 questions, from a seed: for machines without the public data, and for tests. Answers stand beside the turns that ask for
 * them, and the same words stand elsewhere too. It tells whether recall works, not how well it does on what people say.
 */
export function syntheticDataset(seed: number = 1): EvaluatedDataset {
  const chance = chanceOf(seed)
  return {
    name: 'synthetic',
    conversations: Array.from({ length: conversations }, (_, number) => converse(number, chance)),
  }
}

function converse(number: number, chance: Chance): EvaluatedConversation {
  const speakers = [names[number * 2] ?? 'A', names[number * 2 + 1] ?? 'B'] as const
  const turns: EvaluatedConversation['turns'][number][] = []
  const questions: EvaluatedConversation['questions'][number][] = []
  const say = (speaker: string, text: string): string => {
    const session = Math.floor(turns.length / sessionLength)
    const id = `D${session + 1}:${(turns.length % sessionLength) + 1}`
    turns.push({
      id,
      session: `session_${session + 1}`,
      speaker,
      origin: 'user',
      text,
      at: begun + session * 6 * day,
    })
    return id
  }
  // Each speaker tells every story once, so that who is asked about decides.
  const told = shuffle(
    stories.flatMap((story) => speakers.map((who) => ({ story, who }))),
    chance,
  )
  for (const { story, who } of told) {
    const other = speakers[0] === who ? speakers[1] : speakers[0]
    while (turns.length < (questions.length * turnsEach) / questionsEach)
      say(pick(speakers, chance), fill(pick(chatter, chance), chance))
    say(other, story.prompt)
    const answer = say(who, fill(story.answer, chance))
    say(other, story.reply)
    questions.push({ text: story.question.replace('{who}', who), category: 'told', evidence: [answer] })
  }
  while (turns.length < turnsEach) say(pick(speakers, chance), fill(pick(chatter, chance), chance))
  return { id: `synthetic-${number + 1}`, turns, questions }
}

function fill(text: string, chance: Chance): string {
  return text.replaceAll(/\{(\w+)\}/g, (_gap, name: string) =>
    pick(name === 'day' ? days : (fillings[name] ?? ['']), chance),
  )
}
