import { KeepupError, type Sequence } from '@keepup/core'

import { effectiveRanges } from '../effective-ranges.ts'
import { unknownPosition } from '../unknown-position.ts'
import type { Position } from './parse-position.ts'
import { effectiveEntries, type ThreadSurvey } from './survey-thread.ts'

/**
 * The entry that a position names. Fails `thread-unknown` where there is no such thread, `checkpoint-unknown` where it has no such position, saying what it has, or
 * where it was pruned away.
 */
export function resolvePosition(survey: ThreadSurvey, position: Position): Sequence {
  if (survey.head === 0) throw new KeepupError('thread-unknown', `There is no thread ${survey.thread}.`)
  const at = find(survey, position)
  if (at > survey.head) throw unknownPosition(survey.thread, at, survey.head)
  effectiveRanges(survey.lines, at)
  return at
}

function find(survey: ThreadSurvey, position: Position): Sequence {
  switch (position.type) {
    case 'head':
      return survey.head
    case 'sequence':
      return position.sequence
    case 'from-end':
      return fromEnd(survey, position.entries)
    case 'message':
      return beforeMessage(survey, position.number)
    case 'time':
      return atTime(survey, position.time)
    case 'tag':
      return atTag(survey, position.tag)
  }
}

function fromEnd(survey: ThreadSurvey, entries: number): Sequence {
  const history = effectiveEntries(survey)
  const entry = history.at(-1 - entries)
  if (entry !== undefined) return entry.sequence
  const isStart = entries === history.length && history[0]?.type !== 'thread-pruned'
  if (isStart) return 0
  throw unknown(survey, `has no position -${entries}: its history has ${history.length} entries`)
}

function beforeMessage(survey: ThreadSurvey, number: number): Sequence {
  const history = effectiveEntries(survey)
  const said = history.flatMap(({ type }, index) => (type === 'user-message' ? [index] : []))
  const index = said.at(number > 0 ? number - 1 : number)
  if (index !== undefined) return history[index - 1]?.sequence ?? 0
  throw unknown(survey, `has no message ${number}: people said something ${said.length} times in its history`)
}

function atTime(survey: ThreadSurvey, time: number): Sequence {
  const entry = survey.entries.findLast((candidate) => candidate.time <= time)
  if (entry !== undefined) return entry.sequence
  const first = survey.entries[0]
  const begin = first === undefined ? '' : `: it begins at ${new Date(first.time).toISOString()}`
  throw unknown(survey, `had no entry by ${iso(time)}${begin}`)
}

function iso(time: number): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? 'then' : date.toISOString()
}

function atTag(survey: ThreadSurvey, tag: string): Sequence {
  const found = survey.tags.get(tag)
  if (found !== undefined) return found.at
  const names = [...survey.tags.keys()].slice(0, 10)
  const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
  throw unknown(survey, `has no tag ${tag}: ${known}`)
}

function unknown({ thread, head }: ThreadSurvey, what: string): KeepupError {
  return new KeepupError('checkpoint-unknown', `Thread ${thread} ${what}.`, { details: { thread, head } })
}
