import { createHash } from 'node:crypto'

import type { Timestamp } from '@keepup/core'

import type { EvaluatedConversation, EvaluatedDataset, EvaluatedQuestion } from './evaluated-dataset.ts'
import { type Fields, isFields, listOf, textOf } from './json-fields.ts'
import { parseMoment } from './parse-moment.ts'

const categories: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  locomo: { '1': 'multi-hop', '2': 'temporal', '3': 'open-domain', '4': 'single-hop', '5': 'adversarial' },
  realtalk: { '1': 'multi-hop', '2': 'temporal', '3': 'commonsense' },
}
const session = /^session_(\d+)$/

/**
 * Reads one conversation of LoCoMo (arXiv 2402.17753) or REALTALK (arXiv 2502.13270): sessions `session_N` of turns with a `dia_id`, and `qa` with `evidence`. LoCoMo
 * keeps the sessions in `conversation`. `undefined` for anything else.
 */
export function readDialogue(value: unknown, place: string): EvaluatedDataset | undefined {
  if (!isFields(value)) return undefined
  const isLocomo = isFields(value['conversation'])
  const sessions = isFields(value['conversation']) ? value['conversation'] : value
  const turns = readTurns(sessions)
  const qa = listOf(value['qa']).filter(isFields)
  if (turns.length === 0 || qa.length === 0) return undefined
  const name = isLocomo ? 'locomo' : 'realtalk'
  const known = new Set(turns.map(({ id }) => id))
  const questions = qa.flatMap((each) => readQuestion(each, name, known))
  const id = textOf(value, 'sample_id', 'id') ?? place
  return { name, conversations: [{ id: `${id}-${digest(turns)}`, turns, questions }] }
}

function readTurns(sessions: Fields): EvaluatedConversation['turns'] {
  const names = Object.keys(sessions).filter((name) => session.test(name) && Array.isArray(sessions[name]))
  const ordered = names.toSorted((a, b) => numberOf(a) - numberOf(b))
  const taken = new Set<string>()
  return ordered.flatMap((name) => {
    const begun = parseMoment(textOf(sessions, `${name}_date_time`)) ?? 0
    const turns = listOf(sessions[name])
      .filter(isFields)
      .flatMap((turn, at) => readTurn(turn, name, begun, `D${numberOf(name)}:${at + 1}`))
    // The same id twice would be one piece of evidence.
    return turns.map((turn, at) => {
      const id = taken.has(turn.id) ? `${turn.id}#${at}` : turn.id
      taken.add(id)
      return { ...turn, id }
    })
  })
}

function readTurn(
  turn: Fields,
  name: string,
  begun: Timestamp,
  fallback: string,
): EvaluatedConversation['turns'] {
  const text = textOf(turn, 'clean_text', 'text', 'content', 'message') ?? ''
  const caption = textOf(turn, 'blip_caption', 'caption')
  if (text === '' && caption === undefined) return []
  const [id = fallback] = turnIds(textOf(turn, 'dia_id') ?? '')
  return [
    {
      id,
      session: name,
      speaker: textOf(turn, 'speaker') ?? 'unknown',
      origin: 'user',
      // A picture without a word is a turn too.
      text: text === '' ? `[${caption ?? ''}]` : text,
      ...(caption === undefined || text === '' ? {} : { caption }),
      at: parseMoment(textOf(turn, 'date_time')) ?? begun,
    },
  ]
}

function readQuestion(qa: Fields, name: string, known: ReadonlySet<string>): readonly EvaluatedQuestion[] {
  const text = textOf(qa, 'question')
  const evidence = [...new Set(turnIds(JSON.stringify(qa['evidence'] ?? '')))].filter((id) => known.has(id))
  if (text === undefined || evidence.length === 0) return []
  const number = textOf(qa, 'category') ?? 'none'
  return [{ text, category: categories[name]?.[number] ?? number, evidence }]
}

/** Turn ids in a text, as they should be: some have a colon behind the D, a zero before the number, or stand several in one text. */
function turnIds(text: string): readonly string[] {
  return [...text.matchAll(/D:?\s*0*(\d+)\s*:\s*0*(\d+)/gi)].map(([, first, second]) => `D${first}:${second}`)
}

function numberOf(name: string): number {
  return Number(session.exec(name)?.[1] ?? 0)
}

function digest(turns: EvaluatedConversation['turns']): string {
  const hash = createHash('sha256')
  for (const { id, text } of turns) hash.update(`${id} ${text}\n`)
  return hash.digest('hex').slice(0, 8)
}
