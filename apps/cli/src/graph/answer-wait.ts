import { randomUUID } from 'node:crypto'

import type { JsonValue, NewSignal, ThreadId, Timestamp } from '@keepup/core'

import { answerWords } from '../answer-words.ts'
import { usageError } from '../error-report.ts'
import { type FoundGraph, type GraphWait } from './find-graph.ts'
import { jsonOrText } from './parse-parameters.ts'

/** The signal that answers what a graph asks. A number stands for an option; JSON is what it says; all else is a text. */
export function answerWait({ thread, id, question }: GraphWait, typed: string, now: Timestamp): NewSignal {
  const words = answerWords(typed, question ?? {})
  const isOption = words !== typed || (question?.options ?? []).includes(words)
  const answer: JsonValue = isOption ? optionsOf(words, question?.multiple === true) : jsonOrText(typed)
  return {
    id: randomUUID(),
    thread,
    channel: `answers:${id}`,
    type: 'answer',
    time: now,
    by: 'user',
    data: { answer },
  }
}

function optionsOf(words: string, multiple: boolean): JsonValue {
  return multiple ? words.split('\n') : words
}

/** The signal of a name that nodes may wait for, with data that is JSON or a text. */
export function eventSignal(
  thread: ThreadId,
  [name = '', ...words]: readonly string[],
  now: Timestamp,
): NewSignal {
  if (!/^[A-Za-z][\w.-]{0,63}$/.test(name)) {
    throw usageError(
      `"${name}" is no name of a signal`,
      'write: keepup signal THREAD event NAME [\'{"some": "JSON"}\']',
    )
  }
  const text = words.join(' ')
  const data: JsonValue = text === '' ? null : jsonOrText(text)
  return { id: randomUUID(), thread, channel: `signal:${name}`, type: 'signal', time: now, by: 'user', data }
}

/** The signal for `keepup signal THREAD answer [NODE] ANSWER...` to a graph. Fails `input-invalid`. */
export function answerGraphWords(
  { thread, waits }: FoundGraph,
  words: readonly string[],
  now: Timestamp,
): NewSignal {
  const open = waits.filter((wait) => wait.for === 'person' || wait.for === 'decision')
  const named =
    words.length > 1 ? open.find(({ node, id }) => node === words[0] || id === words[0]) : undefined
  const [only] = open
  if (only === undefined)
    throw usageError(
      `graph thread ${thread} asks nobody anything`,
      'see where it stands with: keepup graph show FILE --thread THREAD',
    )
  if (named === undefined && open.length > 1) {
    throw usageError(
      `${open.length} nodes of ${thread} wait for an answer`,
      `name one: ${open.map(({ node, id }) => `${node} (${id})`).join(', ')}`,
    )
  }
  const typed = (named === undefined ? words : words.slice(1)).join(' ')
  if (typed === '')
    throw usageError('the answer is missing', 'write: keepup signal THREAD answer [NODE] ANSWER...')
  return answerWait(named ?? only, typed, now)
}
