import { chanceOf, type Chance, pick, shuffle } from './chance.ts'
import { answers, asides, changed, gaps, rules } from './changed-statements.ts'
import type { EvaluatedConversation, EvaluatedDataset, EvaluatedQuestion } from './evaluated-dataset.ts'

const chats = 8
const messagesEach = 120
const begun = Date.UTC(2024, 2, 15)
const day = 86_400_000

type Turn = EvaluatedConversation['turns'][number]

/** Something that is said at a place of a chat, with what it belongs to. */
interface Placed {
  readonly at: number
  readonly text: string
  readonly belongs: string
}

/**
 * Chats of a person with an assistant, of the shape that BEAM has (arXiv 2510.27246), from a seed: statements that are contradicted or updated much later, standing rules, things that sound
 * like one, and work between. It tells whether conflicts and rules are found, not how well on what people say.
 */
export function syntheticChats(seed: number = 1): EvaluatedDataset {
  const chance = chanceOf(seed)
  return {
    name: 'synthetic-chats',
    conversations: Array.from({ length: chats }, (_, number) => converse(number, chance)),
  }
}

function converse(number: number, chance: Chance): EvaluatedConversation {
  const placed = [...statements(chance), ...standing(chance)].toSorted((a, b) => a.at - b.at)
  const turns: Turn[] = []
  const said = new Map<string, string[]>()
  for (let at = 0; at < messagesEach; at += 1) {
    const due = placed.filter((one) => one.at === at)
    const texts = due.length === 0 ? [{ text: pick(asides, chance), belongs: '' }] : due
    for (const { text, belongs } of texts) {
      const id = say(turns, 'user', belongs === '' ? fill(text, chance) : text)
      if (belongs !== '') said.set(belongs, [...(said.get(belongs) ?? []), id])
      say(turns, 'assistant', fill(pick(answers, chance), chance))
    }
  }
  const questions = [...said].map(([belongs, evidence]): EvaluatedQuestion => {
    const [category = '', text = ''] = belongs.split('\n')
    return { text, category, evidence }
  })
  return { id: `synthetic-chat-${number + 1}`, turns, questions }
}

/** Each in the first half and again in the second, about the same things. */
function statements(chance: Chance): readonly Placed[] {
  return changed.flatMap(({ earlier, later, category }) => {
    const filled = fill(`${earlier}\n${later}`, chance).split('\n')
    const belongs = `${category}\nIs it so: ${filled[0]}`
    return filled.map((text, half) => ({ at: placeIn(half, chance), text, belongs }))
  })
}

function standing(chance: Chance): readonly Placed[] {
  return shuffle(rules, chance).map(({ rule, question }) => ({
    at: placeIn(0, chance),
    text: `${fill(pick(asides, chance), chance)} ${rule}`,
    belongs: `instruction_following\n${question}`,
  }))
}

function placeIn(half: number, chance: Chance): number {
  return Math.floor(((half + chance()) * messagesEach) / 2)
}

function say(turns: Turn[], origin: 'user' | 'assistant', text: string): string {
  const id = String(turns.length)
  const session = Math.floor(turns.length / 60) + 1
  turns.push({ id, session: `chat/${session}`, origin, text, at: begun + session * 7 * day })
  return id
}

/** The same gap is filled in the same way within a text. */
function fill(text: string, chance: Chance): string {
  const chosen = new Map<string, string>()
  return text.replaceAll(/\{(\w+)\}/g, (_gap, name: string) => {
    const word = chosen.get(name) ?? pick(gaps[name] ?? [], chance)
    chosen.set(name, word)
    return word
  })
}
