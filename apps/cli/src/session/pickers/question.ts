import type { Effect, Timestamp } from '@keepup/core'
import type { FoundApproval } from '@keepup/loop'

import { answerWords } from '../../answer-words.ts'
import { callSummary } from '../../terminal/call-summary.ts'
import { optionLines } from '../../terminal/option-lines.ts'
import { safeLine, safeText } from '../../terminal/safe-text.ts'
import { type Composer, edit, emptyComposer, written } from '../composer/composer.ts'
import type { Key } from '../composer/key.ts'
import type { Paint } from '../markdown/paint.ts'
import { wrapHard, wrapWords } from '../screen/columns.ts'
import { changeLines } from '../view/change-lines.ts'

/** A question of a run, as it stands before a person. */
export interface Question {
  readonly found: FoundApproval
  /** What the file has that the call would write, for the comparison. */
  readonly present: string
  /** How many more wait behind it. */
  readonly more: number
  /** Whether words are being written: an answer, or why not. */
  readonly writing: boolean
  readonly words: Composer
  /** When it was put. */
  readonly since: Timestamp
  /** The role of the agent below this one that asks; left out where the session's own does. */
  readonly asker?: string | undefined
}

/** What a person said to a question. */
export interface Said {
  readonly allow: boolean
  readonly always?: true
  readonly message?: string
}

/** What a key came to. */
export type Answered =
  | { readonly type: 'moved'; readonly question: Question }
  | { readonly type: 'said'; readonly said: Said }
  | { readonly type: 'difference' }
  | { readonly type: 'left' }

/** A question that was just put. One that asks for words is answered by writing them. */
export function questionOf(
  found: FoundApproval,
  { present, more, since, asker }: Pick<Question, 'asker' | 'more' | 'present' | 'since'>,
): Question {
  return { found, present, more, since, asker, writing: found.wants !== undefined, words: emptyComposer }
}

/** What a key says to a question. Pure. A key that means nothing is no answer. */
export function pressInQuestion(question: Question, key: Key): Answered {
  if (key.ctrl && key.name === 'c') return { type: 'left' }
  return question.writing ? pressWhileWriting(question, key) : pressWhileChoosing(question, key)
}

function pressWhileChoosing(question: Question, key: Key): Answered {
  if (key.name === 'escape') return { type: 'left' }
  // What was pasted is meant for something else.
  switch (key.name === 'paste' ? '' : key.text.toLowerCase()) {
    case 'y':
      return { type: 'said', said: { allow: true } }
    case 'a':
      return { type: 'said', said: { allow: true, always: true } }
    case 'n':
      return { type: 'moved', question: { ...question, writing: true } }
    case 'd':
      return { type: 'difference' }
    default:
      return { type: 'moved', question }
  }
}

function pressWhileWriting(question: Question, key: Key): Answered {
  const { wants } = question.found
  if (key.name === 'escape') {
    if (wants !== undefined) return { type: 'left' }
    return { type: 'moved', question: { ...question, writing: false, words: emptyComposer } }
  }
  if (key.name !== 'return') {
    return { type: 'moved', question: { ...question, words: edit(question.words, key) ?? question.words } }
  }
  const typed = written(question.words).trim()
  if (wants === undefined) {
    return { type: 'said', said: { allow: false, ...(typed === '' ? {} : { message: typed }) } }
  }
  if (typed === '') return { type: 'moved', question }
  return { type: 'said', said: { allow: true, message: answerWords(typed, wants) } }
}

/** So many lines of what a call would change are shown at once; `d` shows all. */
const mostChange = 12

/** A question in lines: what is to be done, what that touches, why it is asked, what may be said: by a key, or in `plain` words. Pure. */
export function questionLines(
  { found, present, more, writing, asker }: Question,
  paint: Paint,
  width: number,
  plain = false,
): readonly string[] {
  const { part, approval, wants, reasons = [] } = found
  const asked = wrapWords(safeText(approval.question).trim(), width - 2)
  const head = asked.map((line, row) =>
    row === 0 ? `${paint.yellow('?')} ${paint.bold(line)}` : `  ${paint.bold(line)}`,
  )
  if (wants !== undefined) {
    const hint = (wants.options ?? []).length > 0 ? 'a number, or other words' : 'your answer'
    const keys = plain ? hint : `${hint}; Enter answers, Esc leaves it open${waiting(more)}`
    return [...head, ...optionLines(wants, paint), paint.dim(`  ${keys}`)]
  }
  const about = wrapHard(
    `${safeText(part.name)} ${safeLine(callSummary(part.name, part.input))}`,
    width - 4,
  ).slice(0, 8)
  const change = changeLines(part.name, part.input, paint, width - 4, mostChange, present)
  const facts = [
    ...fact('by', asker === undefined ? '' : `${asker}, an agent that this one started`, paint, width),
    ...fact('touches', effectsText(found.effects), paint, width),
    ...reasons.slice(0, 4).flatMap(({ text }) => fact('why', text, paint, width)),
  ]
  const keys = plain ? plainKeys : writing ? reasonKeys : choiceKeys(part.name, more)
  return [
    ...head,
    ...about.map((line) => `  ${paint.cyan(line)}`),
    ...change.map((line) => `  ${line}`),
    ...facts,
    ...keys.map((line) => paint.dim(wrapHard(line, width)[0] ?? '')),
  ]
}

const plainKeys = ['  yes, always (exactly this call, in this project), or no and why']
const reasonKeys = ['  why not, or what to do instead; Enter says no, Esc goes back']

function choiceKeys(tool: string, more: number): readonly string[] {
  return [
    `  y once   a always   n no, and why   d all of it   Esc leaves it open${waiting(more)}`,
    `  a keeps, for this project: exactly this ${safeLine(tool)} call`,
  ]
}

function waiting(more: number): string {
  return more === 0 ? '' : `   (${more} more)`
}

function fact(name: string, text: string, paint: Paint, width: number): readonly string[] {
  if (text === '') return []
  const lines = wrapWords(safeText(text), width - 12).slice(0, 3)
  return lines.map((line, row) => `  ${paint.dim((row === 0 ? name : '').padEnd(8))} ${line}`)
}

/** What a call may touch, in words. */
function effectsText(effects: readonly Effect[]): string {
  return effects.map(({ kind, target }) => safeLine(`${kind} ${target}`)).join(', ')
}
