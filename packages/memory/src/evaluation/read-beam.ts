import { createHash } from 'node:crypto'

import type { EvaluatedConversation, EvaluatedDataset, EvaluatedQuestion } from './evaluated-dataset.ts'
import { type Fields, isFields, listOf, textOf } from './json-fields.ts'
import { parseMoment } from './parse-moment.ts'
import { parsePythonLiteral } from './parse-python-literal.ts'

type Turns = EvaluatedConversation['turns']

/** The messages of a chat of BEAM (arXiv 2510.27246), however deep they lie; `undefined` where there is none. */
export function readBeamChat(value: unknown): Turns | undefined {
  const turns: Turns[number][] = []
  const taken = new Set<string>()
  let at = 0
  collect(value, 'chat', (message, session) => {
    at = parseMoment(textOf(message, 'time_anchor')) ?? at
    const role = textOf(message, 'role')
    const given = textOf(message, 'id', 'chat_id') ?? `place ${turns.length}`
    const id = taken.has(given) ? `${given}#${turns.length}` : given
    taken.add(id)
    turns.push({
      id,
      session,
      origin: role === 'user' ? 'user' : 'assistant',
      // The generator's mark of the plan behind a message is no part of what was said.
      text: (textOf(message, 'content') ?? '').replace(/\s*->->[\s\d,.]*$/, ''),
      at,
    })
  })
  return turns.length === 0 ? undefined : turns
}

/** The probing questions of a chat: lists by category, also as the text of a literal; `undefined` for anything else. */
export function readBeamQuestions(
  value: unknown,
): readonly { category: string; fields: Fields }[] | undefined {
  const parsed = typeof value === 'string' ? parseText(value) : value
  if (!isFields(parsed)) return undefined
  const questions = Object.entries(parsed).flatMap(([category, list]) =>
    listOf(list)
      .filter(isFields)
      .filter((fields) => textOf(fields, 'question') !== undefined)
      .map((fields) => ({ category, fields })),
  )
  return questions.length === 0 ? undefined : questions
}

/** A chat and its questions as a data set named after its size. */
export function beamDataset(
  place: string,
  turns: Turns,
  probing: readonly { readonly category: string; readonly fields: Fields }[],
): EvaluatedDataset {
  const known = new Set(turns.map(({ id }) => id))
  const questions = probing.flatMap(({ category, fields }): readonly EvaluatedQuestion[] => {
    const evidence = [...new Set(numbersIn(fields['source_chat_ids']))].filter((id) => known.has(id))
    const text = textOf(fields, 'question') ?? ''
    return evidence.length === 0 ? [] : [{ text, category, evidence }]
  })
  const digest = createHash('sha256')
    .update(JSON.stringify(turns.map(({ text }) => text)))
    .digest('hex')
  return {
    name: `beam-${sizeOf(place, turns)}`,
    conversations: [{ id: `beam-${digest.slice(0, 16)}`, turns, questions }],
  }
}

/** Calls `found` with every message, in order, and with the name of its session: the batch it is of. */
function collect(value: unknown, session: string, found: (message: Fields, session: string) => void): void {
  if (Array.isArray(value)) {
    for (const each of value) collect(each, session, found)
    return
  }
  if (!isFields(value)) return
  if (typeof value['role'] === 'string' && typeof value['content'] === 'string') {
    found(value, session)
    return
  }
  const batch = textOf(value, 'batch_number', 'session_id')
  const name = batch === undefined ? session : `${session}/${batch}`
  for (const [key, each] of Object.entries(value)) {
    collect(each, key === 'turns' || key === 'messages' ? name : `${name}/${key}`, found)
  }
}

function numbersIn(value: unknown): readonly string[] {
  if (typeof value === 'number') return [String(value)]
  if (typeof value === 'string') return value.match(/\d+/g) ?? []
  if (Array.isArray(value)) return value.flatMap(numbersIn)
  return isFields(value) ? Object.values(value).flatMap(numbersIn) : []
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return parsePythonLiteral(text)
  }
}

function sizeOf(place: string, turns: Turns): string {
  const named = /(?:^|[^0-9a-z])(100k|128k|500k|1m|10m)(?![0-9a-z])/i.exec(place)?.[1]?.toLowerCase()
  if (named !== undefined) return named === '128k' ? '100k' : named
  const characters = turns.reduce((sum, { text }) => sum + text.length, 0)
  if (characters < 1_200_000) return '100k'
  return characters < 3_500_000 ? '500k' : characters < 12_000_000 ? '1m' : '10m'
}
